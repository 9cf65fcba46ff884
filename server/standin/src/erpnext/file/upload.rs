//! The parts of a form with a file in it.

use futures::stream;
use multer::Multipart;
use serde_json::Value;

use crate::erpnext::store::Doc;

/// The file of a form.
pub(crate) struct Upload {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// Takes a multipart body apart: its plain fields, and its file if there is one. `None` when it is no such body.
pub(crate) async fn take_apart(content_type: &str, body: &[u8]) -> Option<(Doc, Option<Upload>)> {
    let boundary = multer::parse_boundary(content_type).ok()?;
    let whole = stream::iter([Ok::<_, std::convert::Infallible>(body.to_vec())]);
    let mut parts = Multipart::new(whole, boundary);
    let (mut fields, mut upload) = (Doc::new(), None);
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file_name) if name == "file" => {
                let bytes = part.bytes().await.ok()?.to_vec();
                upload = Some(Upload { file_name, bytes });
            }
            _ => {
                let text = part.text().await.ok()?;
                fields.insert(name, Value::from(text));
            }
        }
    }
    Some((fields, upload))
}
