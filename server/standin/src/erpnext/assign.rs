//! Assignments: ToDos, and `_assign` on the document, whose `modified` stays.

use serde_json::{Value, json};

use super::{
    call::Arguments,
    comment::object,
    permission::Right,
    python,
    refusal::Refusal,
    site::{Site, plain},
    store::{Doc, is_on, rows, text},
};

impl Site {
    /// `frappe.desk.form.assign_to.add`: who is assigned already gets no second ToDo.
    pub(crate) fn assign(&mut self, user: &str, arguments: &Arguments) -> Result<Value, Refusal> {
        let (doctype, name) = (arguments.text("doctype"), arguments.text("name"));
        let doc = self.find(&doctype, &name)?;
        self.check(user, &doctype, doc, Right::Read)?;
        let given = arguments.object().get("assign_to").cloned().unwrap_or_default();
        let wanted: Vec<String> = match &given {
            Value::Array(all) => all.iter().map(plain).collect(),
            other => serde_json::from_str(&plain(other)).unwrap_or_else(|_| vec![plain(other)]),
        };
        let mut already = Vec::new();
        for whom in wanted {
            if self.open_todo(&doctype, &name, &whom).is_some() {
                already.push(whom);
                continue;
            }
            let description = Some(arguments.text("description")).filter(|text| !text.is_empty());
            let description =
                description.unwrap_or_else(|| format!("Assignment for {doctype} {name}"));
            let mut body = json!({
                "allocated_to": whom, "reference_type": doctype, "reference_name": name,
                "description": description, "status": "Open", "assigned_by": user,
            });
            for field in ["date", "priority", "assignment_rule"] {
                let value = arguments.text(field);
                if !value.is_empty() {
                    body[field] = value.into();
                }
            }
            self.insert_unasked(user, "ToDo", &object(body))?;
        }
        if !already.is_empty() {
            let list: String = already.iter().map(|one| format!("<li>{one}</li>")).collect();
            self.notices.push(format!("Already in the following Users ToDo list:<ul>{list}</ul>"));
        }
        Ok(self.assignments(&doctype, &name))
    }

    /// `frappe.desk.form.assign_to.remove` and `…close`: the ToDo stays, with this status.
    pub(crate) fn unassign(
        &mut self,
        user: &str,
        arguments: &Arguments,
        status: &str,
    ) -> Result<Value, Refusal> {
        let (doctype, name) = (arguments.text("doctype"), arguments.text("name"));
        let doc = self.find(&doctype, &name)?;
        self.check(user, &doctype, doc, Right::Read)?;
        let whom = arguments.text("assign_to");
        if status == "Closed" && whom != user {
            let words = "Only the assignee can complete this to-do.";
            return Err(Refusal::not_permitted(Some(words), None));
        }
        if let Some(todo) = self.open_todo(&doctype, &name, &whom) {
            let todo = text(todo, "name").to_owned();
            self.update_unasked(user, "ToDo", &todo, &object(json!({"status": status})))?;
        }
        Ok(self.assignments(&doctype, &name))
    }

    /// Who is assigned, as the desk shows it: the latest first.
    pub(crate) fn assignments(&self, doctype: &str, name: &str) -> Value {
        let open = self.open_todos(doctype, name).into_iter().rev();
        open.map(|todo| json!({"owner": text(todo, "allocated_to"), "name": text(todo, "name")}))
            .collect()
    }

    fn open_todo(&self, doctype: &str, name: &str, whom: &str) -> Option<&Doc> {
        self.open_todos(doctype, name).into_iter().find(|todo| text(todo, "allocated_to") == whom)
    }

    /// The oldest first.
    fn open_todos(&self, doctype: &str, name: &str) -> Vec<&Doc> {
        let all = self.store.holding("ToDo", name);
        let mut open: Vec<&Doc> = all
            .filter(|todo| text(todo, "reference_type") == doctype)
            .filter(|todo| text(todo, "reference_name") == name)
            .filter(|todo| !matches!(text(todo, "status"), "Cancelled" | "Closed"))
            .filter(|todo| !text(todo, "allocated_to").is_empty())
            .collect();
        open.sort_by_key(|todo| (text(todo, "creation"), text(todo, "name")));
        open
    }

    /// A ToDo came, changed or went: its document says so, and its timeline too.
    pub(crate) fn after_todo(&mut self, user: &str, before: Option<&Doc>, todo: Option<&Doc>) {
        let Some(one) = todo.or(before) else { return };
        let (doctype, name) =
            (text(one, "reference_type").to_owned(), text(one, "reference_name").to_owned());
        if name.is_empty() {
            return;
        }
        let names: Vec<&str> = self
            .open_todos(&doctype, &name)
            .into_iter()
            .map(|todo| text(todo, "allocated_to"))
            .collect();
        let fields = object(json!({"_assign": python::line(&json!(names))}));
        self.change_silently(&doctype, &name, &fields);
        let (whom, by) = (self.full_name(text(one, "allocated_to")), self.full_name(user));
        let status = |todo: Option<&Doc>| todo.map(|todo| text(todo, "status").to_owned());
        match (status(before).as_deref(), status(todo).as_deref()) {
            (None, Some("Open")) => {
                let words = format!("{by} assigned {whom}: {}", text(one, "description"));
                self.note(user, "Assigned", &doctype, &name, &words);
            }
            (Some("Open"), Some("Cancelled")) => {
                let words = format!("{by} removed assignment of {whom}");
                self.note(user, "Assignment Completed", &doctype, &name, &words);
            }
            (Some("Open"), Some("Closed")) => {
                let words = format!("Assignment of {whom} closed by {by}");
                self.note(user, "Assignment Completed", &doctype, &name, &words);
            }
            _ => {}
        }
    }

    /// An Assignment Rule for the doctype gives the document to its first user, if nobody has it.
    pub(crate) fn apply_assignment_rules(&mut self, user: &str, doctype: &str, name: &str) {
        if !self.open_todos(doctype, name).is_empty() {
            return;
        }
        let rules = self.store.all("Assignment Rule");
        let rule = rules
            .filter(|rule| text(rule, "document_type") == doctype && !is_on(rule, "disabled"))
            .find_map(|rule| {
                let whom = text(rows(rule, "users").next()?, "user");
                Some((text(rule, "name").to_owned(), whom.to_owned()))
            });
        let Some((rule, whom)) = rule else { return };
        let body = json!({
            "allocated_to": whom, "reference_type": doctype, "reference_name": name,
            "description": format!("Automatic Assignment for {doctype} {name}"),
            "status": "Open", "assigned_by": user, "assignment_rule": rule,
        });
        if let Err(refusal) = self.insert_unasked(user, "ToDo", &object(body)) {
            tracing::warn!(refusal = %refusal.v1(), "an Assignment Rule could not assign");
        }
    }
}
