//! What others may read: the report that answers for another user.

use serde_json::{Value, json};

use super::{call::Arguments, permission::Right, refusal::Refusal, site::Site, store::text};

const REPORT: &str = "Permitted Documents For User";

impl Site {
    /// `frappe.desk.query_report.run`, for the one report the stand-in has.
    pub(crate) fn report(&self, user: &str, arguments: &Arguments) -> Result<Value, Refusal> {
        let name = arguments.text("report_name");
        if name != REPORT {
            return Err(Refusal::missing("Report", &name));
        }
        if !self.has_role(user, "System Manager") {
            let words = format!("You don't have access to Report: {REPORT}");
            return Err(Refusal::not_permitted(Some(&words), None));
        }
        let filters: Value = serde_json::from_str(&arguments.text("filters")).unwrap_or_default();
        let filter = |name: &str| filters.get(name).and_then(Value::as_str).unwrap_or_default();
        let (whose, doctype) = (filter("user"), filter("doctype"));
        if self.schema(doctype).is_none() {
            return Err(Refusal::missing("DocType", doctype));
        }
        let permitted =
            self.store.all(doctype).filter(|doc| self.may(whose, doctype, doc, Right::Read));
        let columns: &[(&str, &str, Value)] = match doctype {
            "Project" => &[
                ("project_type", "Link", json!("Project Type")),
                ("expected_end_date", "Date", Value::Null),
                ("estimated_cost", "Currency", Value::Null),
            ],
            _ => &[],
        };
        let result: Vec<Value> = permitted
            .map(|doc| {
                let mut row = json!({"name": text(doc, "name")});
                for (field, kind, _) in columns {
                    let none = if *kind == "Currency" { json!(0.0) } else { Value::Null };
                    row[*field] = doc.get(*field).cloned().unwrap_or(none);
                }
                row
            })
            .collect();
        let mut heads = vec![
            json!({"fieldtype": "Link", "options": doctype, "width": "200", "label": "Name", "fieldname": "name"}),
        ];
        for (field, kind, options) in columns {
            let mut head =
                json!({"fieldtype": kind, "width": "100", "label": field, "fieldname": field});
            if !options.is_null() {
                head["options"] = options.clone();
            }
            heads.push(head);
        }
        Ok(json!({
            "result": result, "columns": heads, "message": null, "chart": null,
            "report_summary": null, "skip_total_row": 0, "status": null,
            "execution_time": 0.01, "add_total_row": 0,
        }))
    }

    /// `frappe.client.has_permission`, for the caller only.
    pub(crate) fn has_permission(
        &self,
        user: &str,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        let doctype = arguments.text("doctype");
        let doc = self.find(&doctype, &arguments.text("docname"))?;
        let right = match arguments.text("perm_type").as_str() {
            "" | "read" => Right::Read,
            "create" => Right::Create,
            "delete" => Right::Delete,
            _ => Right::Write,
        };
        Ok(json!({"has_permission": self.may(user, &doctype, doc, right)}))
    }
}
