//! What a page asks the server for before it is drawn.

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

/// JSON, read from bytes as the answers of server functions are: read in one way only, the browser needs the code for each
/// type once.
#[derive(Debug)]
pub struct FromBytes;

impl<T: Serialize> Encoder<T> for FromBytes {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(answer: &T) -> Result<String, Self::Error> {
        serde_json::to_string(answer)
    }
}

impl<T: DeserializeOwned> Decoder<T> for FromBytes {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// An answer that stands in the page as the server sends it.
pub fn asked<T, S, Fut>(
    about: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> Fut + Send + Sync + 'static,
) -> Resource<T, FromBytes>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    S: PartialEq + Clone + Send + Sync + 'static,
    Fut: Future<Output = T> + Send + 'static,
{
    Resource::new_with_options(about, ask, true)
}
