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

/// The answer, for what a `Suspend` draws.
///
/// While it waits, the server looks more than once at what is to be drawn, and throws away what was drawn at all looks but
/// the last. It is never there at a first look: else what is drawn of it would be made twice, would ask for its own answers
/// twice, and the browser would read the ones that were thrown away.
pub async fn answer<A: IntoFuture>(asked: A) -> A::Output {
    let answer = asked.await;
    #[cfg(feature = "ssr")]
    look_again().await;
    answer
}

/// Is ready when it is looked at for the second time.
#[cfg(feature = "ssr")]
fn look_again() -> impl Future<Output = ()> {
    let mut looked = false;
    std::future::poll_fn(move |look| {
        if std::mem::replace(&mut looked, true) {
            return std::task::Poll::Ready(());
        }
        look.waker().wake_by_ref();
        std::task::Poll::Pending
    })
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::answer;
    use std::{
        future::ready,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    #[test]
    fn an_answer_is_never_there_at_the_first_look() {
        let mut answer = pin!(answer(ready(7)));
        let mut look = Context::from_waker(Waker::noop());
        assert_eq!(answer.as_mut().poll(&mut look), Poll::Pending);
        assert_eq!(answer.as_mut().poll(&mut look), Poll::Ready(7));
    }
}
