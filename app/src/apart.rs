//! Parts whose code the browser fetches when they are first shown.
//!
//! With the feature `apart`, which needs `cargo leptos build --split`, what stands in `apart!` lies in a file of its own.
//! Without it (debug builds, the server) the same names draw at once, and nothing else differs.

mod part;
mod routes;

pub use part::{missing, part};
pub use routes::{
    Admin, Connect, Drafts, Embed, Mentions, Pick, Portal, Radar, Saved, Settings, SignIn, Threads,
};

#[cfg(feature = "hydrate")]
pub use routes::page_is_here;

/// The code of a part did not come: the network is gone, or the server has become a newer one.
#[derive(Clone, Copy, Debug)]
pub struct Missing;

#[cfg(all(feature = "apart", target_family = "wasm"))]
impl From<leptos::wasm_split::SplitLoaderError> for Missing {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// `apart! { name(argument: Type) { a view } }` makes a module `name` with two functions: `code` brings the code and may
/// be called again, `draw` makes the view once the code is here.
macro_rules! apart {
    ($name:ident ($($argument:ident: $type:ty),*) $view:block) => {
        pub(crate) mod $name {
            use super::*;
            use $crate::apart::Missing;

            #[cfg(all(feature = "apart", target_family = "wasm"))]
            #[leptos::wasm_split::wasm_split(
                $name,
                wasm_split_path = ::leptos::wasm_split,
                preload(#[doc(hidden)] fetch),
                fallible
            )]
            fn drawn($($argument: $type),*) -> Result<AnyView, Missing> {
                Ok($view.into_any())
            }

            /// Brings the code, unless it is here already.
            #[cfg(all(feature = "apart", target_family = "wasm"))]
            pub async fn code() -> Result<(), Missing> {
                Ok(fetch().await?)
            }

            #[cfg(not(all(feature = "apart", target_family = "wasm")))]
            #[allow(clippy::unused_async, reason = "another build has to wait for it")]
            async fn drawn($($argument: $type),*) -> Result<AnyView, Missing> {
                Ok($view.into_any())
            }

            /// The code is here.
            #[cfg(not(all(feature = "apart", target_family = "wasm")))]
            #[allow(clippy::unused_async, reason = "another build has to wait for it")]
            pub async fn code() -> Result<(), Missing> {
                Ok(())
            }

            /// The view, or why there is none.
            pub fn draw($($argument: $type),*) -> AnyView {
                use futures::FutureExt;
                match drawn($($argument),*).now_or_never() {
                    Some(Ok(view)) => view,
                    Some(Err(Missing)) | None => $crate::apart::missing(),
                }
            }
        }
    };
}
pub(crate) use apart;
