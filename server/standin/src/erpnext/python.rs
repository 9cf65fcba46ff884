//! JSON as Python writes it, which signatures are made over.

use std::fmt::{self, Write};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, ser::PrettyFormatter};

/// Writes the JSON in `text` anew: `", "` and `": "` between its parts, `\uXXXX` for all but ASCII, keys in their order.
///
/// # Errors
/// When `text` is no JSON.
pub(crate) fn respaced(text: &str) -> serde_json::Result<String> {
    let mut written = String::with_capacity(text.len() + 32);
    let mut reader = serde_json::Deserializer::from_str(text);
    Writer(&mut written).deserialize(&mut reader)?;
    reader.end()?;
    Ok(written)
}

/// A value on one line.
pub(crate) fn line(value: &Value) -> String {
    // What a value writes can be read again.
    respaced(&value.to_string()).unwrap_or_default()
}

/// A value on many lines with one space of indentation, as documents keep JSON.
pub(crate) fn indented(value: &Value) -> String {
    let mut bytes = Vec::new();
    let mut writer =
        serde_json::Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b" "));
    if serde::Serialize::serialize(value, &mut writer).is_err() {
        return String::new();
    }
    let mut written = String::with_capacity(bytes.len());
    for letter in String::from_utf8_lossy(&bytes).chars() {
        if letter.is_ascii() {
            written.push(letter);
        } else {
            escape(letter, &mut written);
        }
    }
    written
}

struct Writer<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Writer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.push_str("null");
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        write!(self.0, "{value}").map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        write!(self.0, "{value}").map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        write!(self.0, "{value}").map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        write!(self.0, "{value:?}").map_err(E::custom)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        quote(value, self.0);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.0.push('[');
        let start = self.0.len();
        loop {
            let before = self.0.len();
            if before > start {
                self.0.push_str(", ");
            }
            if items.next_element_seed(Writer(self.0))?.is_none() {
                self.0.truncate(before);
                break;
            }
        }
        self.0.push(']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.0.push('{');
        let start = self.0.len();
        while let Some(key) = entries.next_key::<String>()? {
            if self.0.len() > start {
                self.0.push_str(", ");
            }
            quote(&key, self.0);
            self.0.push_str(": ");
            entries.next_value_seed(Writer(self.0))?;
        }
        self.0.push('}');
        Ok(())
    }
}

fn quote(text: &str, written: &mut String) {
    written.push('"');
    for letter in text.chars() {
        match letter {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            '\u{8}' => written.push_str("\\b"),
            '\u{c}' => written.push_str("\\f"),
            ' '..='~' => written.push(letter),
            _ => escape(letter, written),
        }
    }
    written.push('"');
}

fn escape(letter: char, written: &mut String) {
    for unit in letter.encode_utf16(&mut [0; 2]) {
        // Writing to a String cannot fail.
        let _ = write!(written, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_keep_their_order_and_letters_are_escaped() {
        let given =
            "{\"z\":1.0,\"a\":[],\"m\":[{},null,true,-3],\"t\":\"Prüfung \u{201c}😀\u{201d}\\n\"}";
        let written = "{\"z\": 1.0, \"a\": [], \"m\": [{}, null, true, -3], \"t\": \"Pr\\u00fcfung \\u201c\\ud83d\\ude00\\u201d\\n\"}";
        assert_eq!(respaced(given).unwrap(), written);
        assert!(respaced("{\"a\": }").is_err() && respaced("1 2").is_err());
        assert_eq!(indented(&json!({"a": "ü"})), "{\n \"a\": \"\\u00fc\"\n}");
    }
}
