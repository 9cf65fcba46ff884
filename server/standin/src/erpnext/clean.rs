//! The cleaning ERPNext does on text, as far as it was seen to go.

/// Data fields: escaped when they look like HTML, left alone otherwise.
pub(crate) fn data_field(text: &str) -> String {
    let looks_like_html = text.find('<').is_some_and(|start| text[start..].contains('>'));
    if !looks_like_html {
        return text.to_owned();
    }
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Rich text: scripts and frames become text, `on…` attributes and `javascript:` links go.
/// What is not well-formed is kept as it is, and styles, forms and drawings stay too.
pub(crate) fn rich_text(html: &str) -> String {
    let mut clean = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let Some(end) = rest[start..].find('>') else {
            return html.to_owned();
        };
        clean.push_str(&rest[..start]);
        let tag = &rest[start + 1..start + end];
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric());
        match name.into_iter().next().unwrap_or_default().to_lowercase().as_str() {
            "" => return html.to_owned(),
            "script" | "iframe" => clean.push_str(&format!("&lt;{tag}&gt;")),
            _ => clean.push_str(&format!("<{}>", without_handlers(tag))),
        }
        rest = &rest[start + end + 1..];
    }
    clean.push_str(rest);
    clean
}

fn without_handlers(tag: &str) -> String {
    let mut kept = Vec::new();
    for part in tag.split_inclusive(' ') {
        let lower = part.to_lowercase();
        let is_handler = lower.starts_with("on") && lower.contains('=');
        let is_script = lower.starts_with("href") && lower.contains("javascript:");
        if !is_handler && !is_script {
            kept.push(part);
        }
    }
    kept.concat().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_become_text_and_broken_html_stays_raw() {
        assert_eq!(
            rich_text("<p onclick=\"x()\">Hi<script>a</script> <a href=\"javascript:b\">l</a></p>"),
            "<p>Hi&lt;script&gt;a&lt;/script&gt; <a>l</a></p>"
        );
        assert_eq!(rich_text("line <not html\n5 < 6"), "line <not html\n5 < 6");
        assert_eq!(data_field("Clean up <wiki> & docs"), "Clean up &lt;wiki&gt; &amp; docs");
        assert_eq!(data_field("5 < 6 & 7"), "5 < 6 & 7");
    }
}
