//! Files in a room: added by button, drop or paste, sent beside what is written, shown with what was said.

mod attach_box;
mod claim;
mod drop;
mod form;
mod held;
mod kept;
mod request;
mod shown;
mod tray;
mod uploads;
mod viewer;

pub use attach_box::AttachBox;
pub use drop::DropVeil;
pub use shown::MessageFiles;
pub use tray::{AttachButton, Attachments};
pub use uploads::Uploads;
pub use viewer::{Viewer, ViewerDialog};
