//! The ERPNext stand-in as a process of its own.
