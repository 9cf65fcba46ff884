//! Reads what the generator needs from a frame by byte search: parsing every frame whole would cost more than the
//! servers under test spend on sending it.

use memchr::memmem::find;

/// A delivered line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Low half of its `"id"`.
    pub id: u64,
    /// High and low half of its `"key"`.
    pub key: (u64, u64),
    /// Its place.
    pub seq: u64,
}

/// The kinds of frame that matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// `message`
    Line(Line),
    /// `joined`, with the last place there is.
    Joined {
        /// Everything up to here was sent.
        seq: u64,
    },
    /// `posted`
    Posted,
    /// `refused`
    Refused,
    /// Anything else.
    Other,
}

/// Looks into a text frame. A quote inside a body is escaped, so `"key":"` cannot come from what somebody typed.
pub fn scan(frame: &[u8]) -> Scanned {
    let Some(kind) = after(frame, b"\"type\":\"") else { return Scanned::Other };
    if kind.starts_with(b"message\"") {
        line(frame).map_or(Scanned::Other, Scanned::Line)
    } else if kind.starts_with(b"posted\"") {
        Scanned::Posted
    } else if kind.starts_with(b"joined\"") {
        number(frame, b"\"seq\":").map_or(Scanned::Other, |seq| Scanned::Joined { seq })
    } else if kind.starts_with(b"refused\"") {
        Scanned::Refused
    } else {
        Scanned::Other
    }
}

fn line(frame: &[u8]) -> Option<Line> {
    let (_, id) = uuid(after(frame, b"\"id\":\"")?)?;
    let key = uuid(after(frame, b"\"key\":\"")?)?;
    Some(Line { id, key, seq: number(frame, b"\"seq\":")? })
}

fn after<'a>(frame: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    frame.get(find(frame, name)? + name.len()..)
}

fn number(frame: &[u8], name: &[u8]) -> Option<u64> {
    let digits = after(frame, name)?.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// The two halves of a hyphenated UUID.
fn uuid(text: &[u8]) -> Option<(u64, u64)> {
    let mut halves = [0_u64; 2];
    let mut digits = 0;
    for byte in text.get(..36)? {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => continue,
        };
        let half = halves.get_mut(digits / 16)?;
        *half = *half << 4 | u64::from(digit);
        digits += 1;
    }
    (digits == 32).then_some((halves[0], halves[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_and_what_was_typed_does_not_mislead() {
        let frame = br#"{"type":"message","id":"018f0000-0000-7000-8000-000000000001","key":"018f0000-0000-7000-8000-000000000002","room":"018f0000-0000-7000-8000-000000000003","seq":71,"author":{"id":"018f0000-0000-7000-8000-000000000004","full_name":"x"},"audience":"team","body":"\"key\":\"018f","sent_at":1}"#;
        let key = (0x018f_0000_0000_7000, 0x8000_0000_0000_0002);
        assert_eq!(scan(frame), Scanned::Line(Line { id: 0x8000_0000_0000_0001, key, seq: 71 }));
    }

    #[test]
    fn other_frames_are_told_apart() {
        assert_eq!(scan(br#"{"type":"joined","room":"r","seq":5}"#), Scanned::Joined { seq: 5 });
        assert_eq!(scan(br#"{"type":"posted","key":"k"}"#), Scanned::Posted);
        assert_eq!(scan(br#"{"type":"refused","code":"too_much"}"#), Scanned::Refused);
        assert_eq!(scan(br#"{"type":"pong"}"#), Scanned::Other);
        assert_eq!(scan(b"\x00"), Scanned::Other);
    }
}
