//! What other programs tell us without being asked.

pub(crate) mod erpnext;
