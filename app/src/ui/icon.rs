//! Small pictures of our own, drawn on a grid of 20 with a line of 1.6.

use leptos::prelude::*;

macro_rules! icon {
    ($(#[$doc:meta])* $name:ident, $path:literal) => {
        $(#[$doc])*
        #[component]
        pub fn $name() -> impl IntoView {
            view! {
                <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
                    <path d=$path/>
                </svg>
            }
        }
    };
}

icon!(
    /// Away with it.
    CloseIcon, "M5.5 5.5l9 9M14.5 5.5l-9 9"
);
icon!(
    /// One more.
    PlusIcon, "M10 4v12M4 10h12"
);
icon!(
    /// Back to the list.
    BackIcon, "M12 4.5L6.5 10l5.5 5.5"
);
icon!(
    /// Send.
    SendIcon, "M10 16V4.5M5 9.2L10 4.2l5 5"
);
icon!(
    /// Down to the newest.
    DownIcon, "M10 4v11.5M5 10.8l5 5 5-5"
);
icon!(
    /// Waits to be sent.
    ClockIcon, "M10 3.2a6.8 6.8 0 1 0 0 13.6a6.8 6.8 0 1 0 0-13.6M10 6.4V10l2.6 1.8"
);
icon!(
    /// Did not work.
    AlertIcon, "M10 3.2a6.8 6.8 0 1 0 0 13.6a6.8 6.8 0 1 0 0-13.6M10 6.4v4.2M10 13.4v.2"
);
icon!(
    /// Something was begun.
    PencilIcon, "M4.5 15.5l.8-3.2 7.9-7.9 2.4 2.4-7.9 7.9zM11.6 6l2.4 2.4"
);
icon!(
    /// How it is done.
    SlidersIcon, "M3.5 6.5h8M15 6.5h1.5M3.5 13.5H5M8.5 13.5h8M13.2 4.8v3.4M6.8 11.8v3.4"
);
icon!(
    /// What wants looking at.
    RadarIcon, "M10 10l5.200-5.200M10 3.200a6.800 6.800 0 1 0 6.800 6.800M10 6.600a3.400 3.400 0 1 0 3.400 3.400"
);
icon!(
    /// Only the team.
    LockIcon, "M5.5 9h9v7.2h-9zM7.2 9V6.6a2.8 2.8 0 0 1 5.6 0V9"
);
icon!(
    /// The client too.
    EyeIcon, "M2.8 10S5.4 5 10 5s7.2 5 7.2 5-2.6 5-7.2 5-7.2-5-7.2-5zM10 7.9a2.1 2.1 0 1 0 0 4.2a2.1 2.1 0 1 0 0-4.2"
);
icon!(
    /// The panel at the side.
    PanelIcon, "M3.2 4.5h13.6v11H3.2zM12.2 4.5v11"
);
icon!(
    /// Dark.
    MoonIcon, "M15.8 11.8A6.4 6.4 0 0 1 8.2 4.2a6.4 6.4 0 1 0 7.6 7.6z"
);
icon!(
    /// Light.
    SunIcon, "M10 6.6a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 1 0 0-6.8M10 2.2v1.6M10 16.2v1.6M2.2 10h1.6M16.2 10h1.6M4.5 4.5l1.1 1.1M14.4 14.4l1.1 1.1M4.5 15.5l1.1-1.1M14.4 5.6l1.1-1.1"
);
icon!(
    /// Out.
    LeaveIcon, "M12.5 6V4.2h-8v11.6h8V14M8.5 10h8.3M14 7.2l2.8 2.8-2.8 2.8"
);
icon!(
    /// The connection to ERPNext.
    PlugIcon, "M7.2 3.2v4M12.8 3.2v4M5 7.200h10v2.400a5 5 0 0 1-10 0zM10 14.600v2.400"
);
icon!(
    /// ERPNext waits.
    PauseIcon, "M7.4 5v10M12.6 5v10"
);
icon!(
    /// No line.
    CutIcon, "M3 3l14 14M6 9.5a6.4 6.4 0 0 1 2.4-1.3M3 6.8a10.500 10.500 0 0 1 2.500-1.500M9 4.300a10.500 10.500 0 0 1 8 2.500M12 8.300a6.400 6.400 0 0 1 2 1.200M8.300 12.300a3 3 0 0 1 2.700-.500M10 15.200v.1"
);
icon!(
    /// An answer without words.
    SmileIcon, "M10 3.2a6.8 6.8 0 1 0 0 13.6a6.8 6.8 0 1 0 0-13.6M7.600 8.200v.2M12.400 8.200v.2M7 11.800c1.600 2 4.400 2 6 0"
);
icon!(
    /// Answers below a message.
    ThreadIcon, "M4 4.500h12v8.500H9.500L6.500 16v-3H4zM7 8h6M7 10.200h3.500"
);
icon!(
    /// A Task.
    TaskIcon, "M4 4h12v12H4zM7 10l2.200 2.200L13.200 8"
);
icon!(
    /// An Issue.
    IssueIcon, "M10 3.500l7 12.500H3zM10 8.200v3.600M10 13.600v.2"
);
icon!(
    /// Kept for later.
    BookmarkIcon, "M5.500 3.800h9v12.400L10 13l-4.500 3.200z"
);
icon!(
    /// Say it otherwise.
    PenIcon, "M4 16l.800-3.400L13.200 4.200l2.600 2.600-8.400 8.400zM11.600 5.800l2.600 2.600"
);
icon!(
    /// Somebody's words.
    QuoteIcon, "M4.500 5v10M8 6.500h8M8 10h8M8 13.500h5"
);
icon!(
    /// An address.
    LinkIcon, "M8.500 11.500l3-3M9.500 6l1.600-1.600a3.200 3.200 0 0 1 4.500 4.500L14 10.500M10.500 14l-1.600 1.600a3.200 3.200 0 0 1-4.500-4.500L6 9.500"
);
icon!(
    /// A copy.
    CopyIcon, "M7.500 7.500h8v8h-8zM12.500 7.500v-3h-8v8h3"
);
icon!(
    /// Where everybody finds it.
    PinIcon, "M7.500 3.500h5l-.700 4.700 2.700 2.800h-9l2.700-2.800zM10 11v5.500"
);
icon!(
    /// Not read.
    UnreadIcon, "M4 6.500h8M4 10h12M4 13.500h12M15.400 6.500h.2"
);
icon!(
    /// Away for good.
    TrashIcon, "M4.500 6h11M8 6V4.200h4V6M6 6l.700 10h6.600L14 6M8.600 9v4.500M11.400 9v4.500"
);
icon!(
    /// More.
    MoreIcon, "M5 10h.01M10 10h.01M15 10h.01"
);
icon!(
    /// Who is called.
    AtIcon, "M10 7a3 3 0 1 0 0 6a3 3 0 1 0 0-6M13 7v4.200a1.900 1.900 0 0 0 3.800 0V10a6.800 6.800 0 1 0-2.700 5.400"
);
icon!(
    /// Kept for later.
    SavedIcon, "M5.500 3.500h9v13L10 13l-4.500 3.500z"
);
icon!(
    /// Settings.
    GearIcon, "M3.500 6h6M13.500 6h3M3.500 14h3M10.500 14h6M11.500 4v4M8.500 12v4"
);
icon!(
    /// One hears of it.
    BellIcon, "M5 13.500V9a5 5 0 0 1 10 0v4.500l1.200 1.200H3.800zM8.500 16.800h3"
);
icon!(
    /// Files.
    PaperclipIcon, "M14.8 9.4l-5.3 5.3a3.1 3.1 0 0 1-4.4-4.4l6-6a2.1 2.1 0 0 1 3 3l-5.8 5.8a1 1 0 0 1-1.5-1.4l5-5"
);
icon!(
    /// Down to this computer.
    DownloadIcon, "M10 3.6v8.6M6.2 8.8l3.8 3.8 3.8-3.8M4 16.2h12"
);
icon!(
    /// A file that is not there.
    FileLostIcon, "M5.5 3.2h6l3.2 3.2v10.4H5.5zM8.2 9l3.6 3.6M11.8 9l-3.6 3.6"
);
icon!(
    /// On to the next.
    ForwardIcon, "M8 4.5l5.5 5.5L8 15.5"
);
icon!(
    /// One does not hear of it.
    MutedIcon, "M5 13.500V9a5 5 0 0 1 8.600-3.500M15 9v4.500l1.200 1.200H6.500M8.500 16.800h3M3.500 3.500l13 13"
);
