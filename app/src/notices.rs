//! What somebody is told of: the page of it, the choices about it, and this browser's part in pushing it.

mod activity;
mod api;
mod attending;
mod choices;
mod device;
mod link;
mod quiet;
mod row;
mod work;

pub use activity::ActivityPage;
pub use attending::attend_to;
pub use choices::NoticeChoices;
pub use device::restore;
pub use link::ActivityLink;
pub use work::FollowWork;
