//! The rules of a doctype: those it came with, until a Custom DocPerm takes their place.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::erpnext::{
    call::Arguments,
    refusal::Refusal,
    running::ADMINISTRATOR,
    schema::schema,
    site::{Site, plain},
    store::{Doc, is_on, random_name, text},
};

const TABLE: &str = "Custom DocPerm";

/// Rights and their letters.
const RIGHTS: [(&str, char); 6] = [
    ("read", 'r'),
    ("write", 'w'),
    ("create", 'c'),
    ("delete", 'd'),
    ("if_owner", 'o'),
    ("select", 's'),
];

/// The rights of a rule as letters.
pub(crate) fn letters(rule: &Doc) -> String {
    RIGHTS.iter().filter(|(right, _)| is_on(rule, right)).map(|(_, letter)| letter).collect()
}

impl Site {
    /// Role and rights of every rule that holds for `doctype`.
    pub(crate) fn rights(&self, doctype: &str) -> Cow<'static, [(String, String)]> {
        let custom = || self.store.all(TABLE).filter(|rule| text(rule, "parent") == doctype);
        if custom().next().is_some() {
            // Rules of other levels are about fields.
            let rules = custom().filter(|rule| level(rule) == "0");
            return rules.map(|rule| (text(rule, "role").to_owned(), letters(rule))).collect();
        }
        match schema(doctype) {
            Some(standard) => Cow::Borrowed(standard.rights.as_slice()),
            None => {
                self.schema(doctype).map(|own| own.into_owned().rights).unwrap_or_default().into()
            }
        }
    }

    /// Gives `role` rights on `doctype`, beside those that others have.
    pub(crate) fn allow(&mut self, role: &str, doctype: &str, rights: &[&str]) {
        self.copy_standard_rules(ADMINISTRATOR, doctype);
        let mut rule = json!({"parent": doctype, "role": role, "permlevel": 0});
        for right in rights {
            rule[*right] = 1.into();
        }
        self.keep_rule(ADMINISTRATOR, &rule);
    }

    pub(super) fn permission_manager(
        &mut self,
        user: &str,
        action: &str,
        arguments: &Arguments,
    ) -> Option<Result<Value, Refusal>> {
        let doctype = arguments.text(if action == "add" { "parent" } else { "doctype" });
        let done = match action {
            "add" | "update" | "remove" | "reset" => {
                self.only_for_system_managers(user).and_then(|()| match self.schema(&doctype) {
                    Some(_) => Ok(()),
                    None => Err(Refusal::missing("DocType", &doctype)),
                })
            }
            _ => return None,
        };
        let done = done.and_then(|()| match action {
            "add" => self.add_rule(user, &doctype, arguments),
            "update" => self.change_rule(user, &doctype, arguments),
            "remove" => self.remove_rule(user, &doctype, arguments),
            _ => {
                self.remove_rules(&doctype, |_| true);
                Ok(())
            }
        });
        Some(done.map(|()| Value::Null))
    }

    fn add_rule(
        &mut self,
        user: &str,
        doctype: &str,
        arguments: &Arguments,
    ) -> Result<(), Refusal> {
        let (role, level) = (arguments.text("role"), level_of(arguments));
        if self.store.get("Role", &role).is_none() {
            let words = format!("Could not find Role: {role}");
            return Err(Refusal::invalid("LinkValidationError", &words));
        }
        self.copy_standard_rules(user, doctype);
        if self.rules(doctype, &role, &level, "0").is_empty() {
            let level: u64 = level.parse().unwrap_or(0);
            self.keep_rule(user, &json!({"parent": doctype, "role": role, "permlevel": level, "read": 1, "export": 0}));
        }
        Ok(())
    }

    /// A rule that is not there is not made.
    fn change_rule(
        &mut self,
        user: &str,
        doctype: &str,
        arguments: &Arguments,
    ) -> Result<(), Refusal> {
        self.copy_standard_rules(user, doctype);
        let right = arguments.text("ptype");
        let value = i32::from(!matches!(arguments.text("value").as_str(), "" | "0" | "false"));
        let if_owner = flag(&arguments.text("if_owner"));
        let names = self.rules(doctype, &arguments.text("role"), &level_of(arguments), if_owner);
        for name in names {
            let Some(mut rule) = self.store.get(TABLE, &name).cloned() else { continue };
            rule.insert(right.clone(), value.into());
            rule.insert("modified".into(), self.store.stamp().into());
            rule.insert("modified_by".into(), user.into());
            self.store.put(TABLE, rule);
        }
        Ok(())
    }

    fn remove_rule(
        &mut self,
        user: &str,
        doctype: &str,
        arguments: &Arguments,
    ) -> Result<(), Refusal> {
        self.copy_standard_rules(user, doctype);
        let if_owner = flag(&arguments.text("if_owner"));
        let names = self.rules(doctype, &arguments.text("role"), &level_of(arguments), if_owner);
        let all = self.store.all(TABLE).filter(|rule| text(rule, "parent") == doctype).count();
        if names.len() == all {
            let words = "There must be atleast one permission rule.";
            return Err(Refusal::invalid("ValidationError", words));
        }
        self.remove_rules(doctype, |rule| names.iter().any(|name| name == text(rule, "name")));
        Ok(())
    }

    /// Custom rules switch all standard ones off, so these are copied first: nobody loses rights.
    fn copy_standard_rules(&mut self, user: &str, doctype: &str) {
        if self.store.all(TABLE).any(|rule| text(rule, "parent") == doctype) {
            return;
        }
        for (role, letters) in self.rights(doctype).into_owned() {
            let mut rule = json!({"parent": doctype, "role": role, "permlevel": 0});
            for (right, letter) in RIGHTS {
                rule[right] = i32::from(letters.contains(letter)).into();
            }
            self.keep_rule(user, &rule);
        }
    }

    fn keep_rule(&mut self, user: &str, rule: &Value) {
        let stamp = self.store.stamp();
        let body = rule.as_object().cloned().unwrap_or_default();
        let mut doc = self.fill(user, TABLE, &body, &stamp);
        doc.insert("name".into(), random_name().into());
        self.store.put(TABLE, doc);
    }

    fn rules(&self, doctype: &str, role: &str, wanted: &str, if_owner: &str) -> Vec<String> {
        let rules = self.store.all(TABLE).filter(|rule| {
            text(rule, "parent") == doctype
                && text(rule, "role") == role
                && level(rule) == wanted
                && flag(&rule.get("if_owner").map(plain).unwrap_or_default()) == if_owner
        });
        rules.map(|rule| text(rule, "name").to_owned()).collect()
    }

    fn remove_rules(&mut self, doctype: &str, goes: impl Fn(&Doc) -> bool) {
        let rules = self.store.all(TABLE).filter(|rule| text(rule, "parent") == doctype);
        let names: Vec<String> =
            rules.filter(|rule| goes(rule)).map(|rule| text(rule, "name").to_owned()).collect();
        for name in names {
            self.store.remove(TABLE, &name);
        }
    }
}

fn level(rule: &Doc) -> String {
    rule.get("permlevel").map_or_else(|| "0".to_owned(), plain)
}

fn level_of(arguments: &Arguments) -> String {
    let level = arguments.text("permlevel");
    if level.is_empty() { "0".to_owned() } else { level }
}

fn flag(value: &str) -> &'static str {
    if matches!(value, "" | "0") { "0" } else { "1" }
}
