//! Lists of documents.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{ErpError, Site, send::LONGEST_URL_BYTES};

/// A list request. There is no default order in ERPNext, so one must be given.
pub(crate) struct List<'a> {
    pub doctype: &'a str,
    pub fields: &'a [&'a str],
    pub filters: Value,
    pub order_by: &'a str,
    /// 0 asks for all.
    pub limit: u32,
}

impl Site {
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        list: List<'_>,
    ) -> Result<Vec<T>, ErpError> {
        self.list_where_any(list, &Value::Null).await
    }

    /// The rows of a list for which at least one of `or_filters` holds too.
    pub(crate) async fn list_where_any<T: DeserializeOwned>(
        &self,
        list: List<'_>,
        or_filters: &Value,
    ) -> Result<Vec<T>, ErpError> {
        let mut arguments = vec![
            ("fields", json!(list.fields).to_string()),
            ("filters", list.filters.to_string()),
            ("order_by", list.order_by.to_owned()),
            ("limit_start", "0".to_owned()),
            ("limit_page_length", list.limit.to_string()),
        ];
        if !or_filters.is_null() {
            arguments.push(("or_filters", or_filters.to_string()));
        }
        let mut url = self.url(["api", "resource", list.doctype]);
        url.query_pairs_mut().extend_pairs(&arguments);
        if url.as_str().len() <= LONGEST_URL_BYTES {
            return self.get(url).await?.take("data");
        }
        // The same list as a method, which may be asked by POST.
        arguments.push(("doctype", list.doctype.to_owned()));
        self.read_method("frappe.client.get_list", &arguments).await?.take("message")
    }
}
