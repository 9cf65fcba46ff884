//! What is drawn with the box: the copy behind it, and where a picker stands.

use super::Pen;
use leptos::prelude::*;
use std::ops::Range;

impl Pen {
    /// The copy behind the box: the same text, marks coloured, and a place for the picker.
    #[must_use]
    pub fn copy(self, spot_id: &str) -> AnyView {
        let anchor = self.picker.anchor();
        let pieces = self.text.with(|text| {
            self.marks.with(|marks| {
                let mut pieces = Vec::new();
                let mut from = 0;
                let plain = |range: Range<usize>, pieces: &mut Vec<AnyView>| {
                    let words = &text[range.clone()];
                    match anchor.filter(|at| range.contains(at)) {
                        Some(at) => {
                            let (before, after) = words.split_at(at - range.start);
                            let (before, after) = (before.to_owned(), after.to_owned());
                            let id = spot_id.to_owned();
                            pieces.push(
                                view! { {before}<span class="composer-spot" id=id></span>{after} }
                                    .into_any(),
                            );
                        }
                        None => pieces.push(words.to_owned().into_any()),
                    }
                };
                for (place, mark) in marks.places(text) {
                    plain(from..place.start, &mut pieces);
                    let label = mark.label.clone();
                    pieces.push(view! { <span class="composer-mark">{label}</span> }.into_any());
                    from = place.end;
                }
                plain(from..text.len(), &mut pieces);
                pieces
            })
        });
        // A last empty line has no height of its own.
        view! { {pieces}" " }.into_any()
    }

    /// Where the picker stands: left, top and bottom of the sign that opened it.
    #[must_use]
    pub fn spot(self, id: String) -> Signal<Option<(f64, f64, f64)>> {
        let spot = RwSignal::new(None);
        Effect::new(move |_| {
            let _ = self.picker.anchor();
            let id = id.clone();
            request_animation_frame(move || {
                let at = document().get_element_by_id(&id).map(|mark| {
                    let frame = mark.get_bounding_client_rect();
                    (frame.left(), frame.top(), frame.bottom())
                });
                if at.is_some() {
                    spot.try_set(at);
                }
            });
        });
        spot.into()
    }
}
