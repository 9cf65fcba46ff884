//! What is mirrored of ERPNext: doctypes, their fields, and how documents belong together.

use erpnext::Document;
use serde_json::{Map, Value, json};
use store::worker::DocumentCopy;
use vocabulary::{IssueStatus, TaskStatus};

/// A mirrored doctype.
#[derive(Debug)]
pub(crate) struct Mirrored {
    pub(crate) doctype: &'static str,
    /// What people call a document, where that is not its name.
    title: Option<&'static str>,
    /// Fields that a sweep compares.
    pub(crate) fields: &'static [&'static str],
    /// Long texts, which ERPNext changes only together with `modified`: read when that moved.
    pub(crate) texts: &'static [&'static str],
    pub(crate) tables: &'static [Table],
    /// Which documents: those whose field has one of these values.
    only: &'static [(&'static str, &'static [&'static str])],
    belongs: Belongs,
    /// Statuses of documents that nobody works on any more; where there are none, nothing changes silently.
    pub(crate) over: &'static [&'static str],
    pub(crate) may_be_renamed: bool,
    pub(crate) pace: Pace,
}

/// A child table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) field: &'static str,
    pub(crate) fields: &'static [&'static str],
}

/// How a document belongs to a Project.
#[derive(Debug)]
enum Belongs {
    /// It is one.
    Itself,
    /// This field names it.
    By(&'static str),
    /// These fields name the document it is about, and this table further ones. What is about a Task or an Issue
    /// belongs where that does, which the store looks up.
    About { doctype: &'static str, name: &'static str, further: Option<&'static str> },
    /// To none.
    None,
}

/// How often a doctype is asked for what was modified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// What a team works with.
    Quick,
    /// What changes now and then.
    Slow,
}

/// Fields of every document beside those of its doctype.
const META: &[&str] = &["name", "creation", "modified", "owner", "modified_by"];

/// Documents about anything else are none of ours.
const ABOUT: &[&str] =
    &["Project", "Task", "Issue", "Customer", "Contact", "Communication", "Comment", "User"];

/// In the order in which a sweep reads them: what makes workspaces, and what others are about, comes first.
pub(crate) const ALL: &[Mirrored] = &[
    Mirrored {
        title: Some("project_name"),
        fields: &[
            "project_name",
            "status",
            "project_type",
            "is_active",
            "percent_complete_method",
            "percent_complete",
            "expected_start_date",
            "expected_end_date",
            "actual_start_date",
            "actual_end_date",
            "priority",
            "department",
            "customer",
            "company",
            "holiday_list",
            "_assign",
        ],
        texts: &["notes"],
        tables: &[Table { field: "users", fields: &["user", "email", "full_name"] }],
        belongs: Belongs::Itself,
        over: &["Completed", "Cancelled"],
        may_be_renamed: true,
        pace: Pace::Quick,
        ..Mirrored::called("Project")
    },
    Mirrored {
        title: Some("full_name"),
        fields: &[
            "email",
            "first_name",
            "last_name",
            "full_name",
            "enabled",
            "user_image",
            "user_type",
            "language",
            "time_zone",
        ],
        may_be_renamed: true,
        ..Mirrored::called("User")
    },
    Mirrored {
        title: Some("customer_name"),
        fields: &[
            "customer_name",
            "customer_type",
            "customer_group",
            "territory",
            "image",
            "website",
            "language",
            "account_manager",
            "customer_primary_contact",
            "email_id",
            "mobile_no",
            "disabled",
        ],
        tables: &[Table { field: "portal_users", fields: &["user"] }],
        may_be_renamed: true,
        ..Mirrored::called("Customer")
    },
    Mirrored {
        title: Some("full_name"),
        fields: &[
            "first_name",
            "middle_name",
            "last_name",
            "full_name",
            "email_id",
            "user",
            "status",
            "salutation",
            "designation",
            "department",
            "phone",
            "mobile_no",
            "company_name",
            "image",
            "is_primary_contact",
            "is_billing_contact",
            "unsubscribed",
        ],
        tables: &[
            Table { field: "email_ids", fields: &["email_id", "is_primary"] },
            Table {
                field: "phone_nos",
                fields: &["phone", "is_primary_phone", "is_primary_mobile_no"],
            },
            Table { field: "links", fields: &["link_doctype", "link_name"] },
        ],
        may_be_renamed: true,
        ..Mirrored::called("Contact")
    },
    Mirrored {
        title: Some("subject"),
        fields: &[
            "subject",
            "project",
            "issue",
            "type",
            "color",
            "is_group",
            "is_template",
            "status",
            "priority",
            "task_weight",
            "parent_task",
            "completed_by",
            "completed_on",
            "exp_start_date",
            "exp_end_date",
            "expected_time",
            "actual_time",
            "act_start_date",
            "act_end_date",
            "progress",
            "duration",
            "is_milestone",
            "review_date",
            "closing_date",
            "department",
            "company",
            "parlance_key",
            "_assign",
        ],
        texts: &["description"],
        tables: &[Table { field: "depends_on", fields: &["task", "subject", "project"] }],
        belongs: Belongs::By("project"),
        over: TaskStatus::AT_REST,
        pace: Pace::Quick,
        ..Mirrored::called("Task")
    },
    Mirrored {
        title: Some("subject"),
        fields: &[
            "subject",
            "project",
            "customer",
            "customer_name",
            "contact",
            "raised_by",
            "status",
            "priority",
            "issue_type",
            "opening_date",
            "first_responded_on",
            "response_by",
            "agreement_status",
            "sla_resolution_by",
            "sla_resolution_date",
            "via_customer_portal",
            "company",
            "parlance_key",
            "_assign",
        ],
        texts: &["description", "resolution_details"],
        belongs: Belongs::By("project"),
        over: IssueStatus::OVER,
        may_be_renamed: true,
        pace: Pace::Quick,
        ..Mirrored::called("Issue")
    },
    Mirrored {
        title: Some("subject"),
        fields: &[
            "subject",
            "communication_type",
            "communication_medium",
            "sender",
            "sender_full_name",
            "recipients",
            "cc",
            "phone_no",
            "delivery_status",
            "status",
            "sent_or_received",
            "communication_date",
            "reference_doctype",
            "reference_name",
            "in_reply_to",
            "user",
            "email_template",
            "message_id",
            "has_attachment",
            "parlance_key",
        ],
        texts: &["content"],
        tables: &[Table { field: "timeline_links", fields: &["link_doctype", "link_name"] }],
        only: &[("communication_type", &["Communication"])],
        belongs: Belongs::About {
            doctype: "reference_doctype",
            name: "reference_name",
            further: Some("timeline_links"),
        },
        pace: Pace::Quick,
        ..Mirrored::called("Communication")
    },
    Mirrored {
        title: Some("subject"),
        fields: &[
            "comment_type",
            "comment_email",
            "comment_by",
            "subject",
            "published",
            "reference_doctype",
            "reference_name",
        ],
        texts: &["content"],
        only: &[("reference_doctype", ABOUT)],
        belongs: Belongs::About {
            doctype: "reference_doctype",
            name: "reference_name",
            further: None,
        },
        pace: Pace::Quick,
        ..Mirrored::called("Comment")
    },
    Mirrored {
        fields: &[
            "status",
            "priority",
            "color",
            "date",
            "allocated_to",
            "reference_type",
            "reference_name",
            "role",
            "assigned_by",
            "assigned_by_full_name",
        ],
        texts: &["description"],
        only: &[("reference_type", ABOUT)],
        belongs: Belongs::About {
            doctype: "reference_type",
            name: "reference_name",
            further: None,
        },
        pace: Pace::Quick,
        ..Mirrored::called("ToDo")
    },
    Mirrored {
        title: Some("file_name"),
        fields: &[
            "file_name",
            "is_private",
            "file_type",
            "file_size",
            "file_url",
            "attached_to_doctype",
            "attached_to_name",
            "attached_to_field",
            "content_hash",
            "parlance_key",
        ],
        only: &[("attached_to_doctype", ABOUT)],
        belongs: Belongs::About {
            doctype: "attached_to_doctype",
            name: "attached_to_name",
            further: None,
        },
        ..Mirrored::called("File")
    },
    Mirrored {
        fields: &["project_type", "description"],
        may_be_renamed: true,
        ..Mirrored::called("Project Type")
    },
    Mirrored {
        fields: &["subject", "use_html"],
        texts: &["response", "response_html"],
        may_be_renamed: true,
        ..Mirrored::called("Email Template")
    },
    Mirrored {
        fields: &["holiday_list_name", "from_date", "to_date", "weekly_off", "country"],
        tables: &[Table {
            field: "holidays",
            fields: &["holiday_date", "description", "weekly_off"],
        }],
        may_be_renamed: true,
        ..Mirrored::called("Holiday List")
    },
];

/// The mirrored doctype of this name.
pub(crate) fn called(doctype: &str) -> Option<&'static Mirrored> {
    ALL.iter().find(|mirrored| mirrored.doctype == doctype)
}

impl Mirrored {
    const fn called(doctype: &'static str) -> Self {
        Self {
            doctype,
            title: None,
            fields: &[],
            texts: &[],
            tables: &[],
            only: &[],
            belongs: Belongs::None,
            over: &[],
            may_be_renamed: false,
            pace: Pace::Slow,
        }
    }

    /// All fields but the child tables.
    pub(crate) fn all_fields(&self) -> impl Iterator<Item = &'static str> {
        self.compared_fields().chain(self.texts.iter().copied())
    }

    /// All fields but long texts and child tables.
    pub(crate) fn compared_fields(&self) -> impl Iterator<Item = &'static str> {
        META.iter().chain(self.fields).copied()
    }

    /// The conditions of a list of those that are mirrored.
    pub(crate) fn filters(&self) -> Vec<Value> {
        self.only.iter().map(|(field, values)| json!([field, "in", values])).collect()
    }

    /// Whether a document is one of those that are mirrored.
    pub(crate) fn admits(&self, document: &Document) -> bool {
        self.only.iter().all(|(field, values)| {
            document.text(field).is_some_and(|value| values.contains(&value))
        })
    }

    /// The copy of a document, its child rows among `fields`; others of its fields are left out.
    pub(crate) fn copy(&self, mut fields: Map<String, Value>) -> DocumentCopy {
        fields.retain(|field, _| {
            self.all_fields().any(|known| known == field)
                || self.tables.iter().any(|table| table.field == field)
        });
        for table in self.tables {
            for row in
                fields.get_mut(table.field).and_then(Value::as_array_mut).into_iter().flatten()
            {
                if let Some(row) = row.as_object_mut() {
                    row.retain(|field, _| table.fields.contains(&field.as_str()));
                }
            }
        }
        let text =
            |field: &str| fields.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
        let own = |field: &str| text(field).map(str::to_owned);
        let copy = DocumentCopy {
            doctype: self.doctype.to_owned(),
            name: own("name").unwrap_or_default(),
            creation: own("creation").unwrap_or_default(),
            modified: own("modified").unwrap_or_default(),
            project: self.project(&fields),
            status: own("status"),
            title: self.title.and_then(own),
            fields: fields.clone(),
        };
        without_what_has_its_own_place(copy).tidied()
    }

    /// The copy of a whole document that is known as `known`: ERPNext leaves `_assign` out of it, and only lists have it.
    pub(crate) fn copy_of_whole(&self, document: Document, known: &DocumentCopy) -> DocumentCopy {
        let mut copy = self.copy(document.into_fields());
        if copy.creation == known.creation
            && let Some(assigned) = known.fields.get("_assign")
        {
            copy.fields.entry("_assign").or_insert_with(|| assigned.clone());
        }
        copy
    }

    fn project(&self, fields: &Map<String, Value>) -> Option<String> {
        let text =
            |field: &str| fields.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
        match self.belongs {
            Belongs::Itself => text("name").map(str::to_owned),
            Belongs::By(field) => text(field).map(str::to_owned),
            Belongs::About { doctype, name, further } => match text(doctype) {
                Some("Project") => text(name).map(str::to_owned),
                Some("Task" | "Issue") => None,
                _ => linked_project(fields, further?),
            },
            Belongs::None => None,
        }
    }
}

/// The first Project among the rows of links.
fn linked_project(fields: &Map<String, Value>, table: &str) -> Option<String> {
    let rows = fields.get(table)?.as_array()?;
    let row = rows.iter().find(|row| row["link_doctype"] == "Project")?;
    row["link_name"].as_str().map(str::to_owned)
}

fn without_what_has_its_own_place(mut copy: DocumentCopy) -> DocumentCopy {
    for field in ["name", "creation", "modified"] {
        copy.fields.remove(field);
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(doctype: &str, fields: Value) -> DocumentCopy {
        called(doctype).unwrap().copy(fields.as_object().unwrap().clone())
    }

    #[test]
    fn whole_documents_and_rows_of_lists_make_the_same_copy() {
        let whole = json!({
            "name": "PROJ-0001", "doctype": "Project", "creation": "c", "modified": "m",
            "project_name": "Relaunch", "status": "Open", "percent_complete": 33.0,
            "users": [{"name": "r1", "idx": 1, "user": "maya@x", "full_name": "Maya"}],
        });
        let row = json!({
            "name": "PROJ-0001", "creation": "c", "modified": "m", "project_name": "Relaunch",
            "status": "Open", "percent_complete": 33, "customer": null, "notes": "",
            "users": [{"user": "maya@x", "email": null, "full_name": "Maya"}],
        });
        assert_eq!(copy("Project", whole), copy("Project", row.clone()));
        let copy = copy("Project", row);
        assert_eq!(
            (copy.title.as_deref(), copy.project.as_deref()),
            (Some("Relaunch"), Some("PROJ-0001"))
        );
    }

    #[test]
    fn who_works_on_it_is_known_from_lists_and_stays_when_a_whole_document_does_not_say() {
        let row =
            json!({"name": "T-1", "creation": "c", "modified": "m", "_assign": "[\"tom@x\"]"});
        let known = copy("Task", row);
        let whole = |creation: &str| {
            let fields =
                json!({"name": "T-1", "creation": creation, "modified": "n", "subject": "S"});
            let document = Document::of(fields.as_object().unwrap().clone());
            called("Task").unwrap().copy_of_whole(document, &known)
        };
        assert_eq!(whole("c").fields.get("_assign"), known.fields.get("_assign"));
        assert_eq!(whole("c").title.as_deref(), Some("S"));
        // Another one that got the name.
        assert_eq!(whole("d").fields.get("_assign"), None);
    }

    #[test]
    fn what_is_about_a_project_belongs_to_it_and_mail_to_the_first_project_it_is_linked_to() {
        let about = |doctype: &str| {
            copy(
                "Communication",
                json!({
                    "reference_doctype": doctype, "reference_name": "X",
                    "timeline_links": [
                        {"link_doctype": "Customer", "link_name": "Aurora"},
                        {"link_doctype": "Project", "link_name": "PROJ-0002"},
                    ],
                }),
            )
            .project
        };
        assert_eq!(about("Project").as_deref(), Some("X"));
        assert_eq!(about("Task"), None, "the store knows");
        assert_eq!(about("Customer").as_deref(), Some("PROJ-0002"));
    }

    #[test]
    fn no_doctype_is_mirrored_twice_and_no_field_either() {
        for mirrored in ALL {
            let same = ALL.iter().filter(|other| other.doctype == mirrored.doctype);
            assert_eq!(same.count(), 1);
            let mut fields: Vec<_> = mirrored.all_fields().collect();
            fields.sort_unstable();
            let all = fields.len();
            fields.dedup();
            assert_eq!(fields.len(), all, "{}", mirrored.doctype);
        }
    }
}
