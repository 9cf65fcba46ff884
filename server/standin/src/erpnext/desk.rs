//! The desk as a browser gets it: the login page, and forms with the site's Client Scripts.

use serde_json::{Value, json};

use super::{
    answer::Answer,
    auth::Caller,
    call::{Call, encoded},
    page,
    permission::Right,
    schema::schemas,
    site::Site,
    store::{Doc, is_on, random_name, text},
};

const SCRIPT: &str = include_str!("page/desk.js");

impl Site {
    /// The page at `path`; `None` where there is none.
    pub(crate) fn page(&mut self, caller: &Caller, call: &Call, path: &[&str]) -> Option<Answer> {
        if call.is_unsafe() {
            return None;
        }
        match path {
            ["login"] => Some(login_page(caller, call)),
            ["me"] if caller.user == "Guest" => Some(to_login(call)),
            ["me"] => Some(Answer::page(200, page::whole("My Account", &greeting(caller)))),
            ["app", form @ ..] => Some(self.desk_page(caller, call, form)),
            _ => None,
        }
    }

    /// A rendered desk page gives the session its CSRF token.
    fn desk_page(&mut self, caller: &Caller, call: &Call, form: &[&str]) -> Answer {
        if caller.user == "Guest" {
            return to_login(call);
        }
        let user = caller.user.as_str();
        let full_name = self.store.get("User", user).map(|doc| text(doc, "full_name"));
        let full_name = full_name.unwrap_or(user).to_owned();
        let roles = self.roles(user);
        if !roles.iter().any(|role| role == "Desk User" || role == "Administrator") {
            let body = "<h1>Not Permitted</h1><p>You are not permitted to access this page.</p>";
            return Answer::page(403, page::whole("Not Permitted", body));
        }
        let session = caller.sid.as_ref().and_then(|sid| self.sessions.get_mut(sid));
        let token = session.map(|session| {
            let token = || format!("{}{}", random_name(), random_name());
            session.csrf.get_or_insert_with(token).clone()
        });
        let token = token.unwrap_or_default();
        let (title, body, doc) = self.form(user, form);
        let mut boot = json!({
            "user": user, "full_name": full_name, "roles": roles, "csrf_token": token,
            "scripts": [], "doc": null,
        });
        if let Some((doctype, doc)) = doc {
            boot["scripts"] = self.client_scripts(&doctype).into();
            boot["doctype"] = doctype.into();
            boot["doc"] = doc;
        }
        // The real page has its token in a statement of this form.
        let script = format!(
            "<script>const boot = {};</script>\n<script>{SCRIPT}</script>\n<script>frappe.csrf_token = \"{token}\";</script>",
            page::in_script(&boot)
        );
        let body = format!("{}<div id=\"messages\"></div>{body}{script}", greeting(caller));
        let mut answer = Answer::page(200, page::whole(&title, &body));
        answer.headers = named_app();
        answer
    }

    /// Title and body of the form at `/app/{slug}/{name}`, and its document with the doctype.
    fn form(&self, user: &str, path: &[&str]) -> (String, String, Option<(String, Value)>) {
        let [slug, name @ ..] = path else {
            return ("Desk".into(), "<h1>Desk</h1>".into(), None);
        };
        let missing = |what: &str| {
            let body = format!("<h1>Not found</h1><p>{}</p>", page::escaped(what));
            ("Not found".to_owned(), body, None)
        };
        let own = self.store.all("DocType").map(|doc| text(doc, "name"));
        let mut all = schemas().keys().map(String::as_str).chain(own);
        let Some(doctype) = all.find(|name| slug_of(name) == *slug) else {
            return (format!("Desk: {slug}"), "<h1>Desk</h1>".into(), None);
        };
        if name.is_empty() {
            return (doctype.to_owned(), format!("<h1>{}</h1>", page::escaped(doctype)), None);
        }
        let name = name.join("/");
        let Some(doc) = self.store.get(doctype, &name) else {
            return missing(&format!("{doctype} {name} not found"));
        };
        if !self.may(user, doctype, doc, Right::Read) {
            return missing("You do not have enough permissions to access this resource.");
        }
        let title = ["project_name", "subject", "customer_name"];
        let title = title.into_iter().map(|field| text(doc, field)).find(|title| !title.is_empty());
        let title = title.unwrap_or(&name).to_owned();
        let heading = format!(
            "<h1>{}</h1><p>{} {} {}</p>",
            page::escaped(&title),
            page::escaped(doctype),
            page::escaped(&name),
            page::escaped(text(doc, "status"))
        );
        let body = heading + &self.custom_controls(doctype);
        (title, body, Some((doctype.to_owned(), self.present(user, doctype, doc))))
    }

    /// A section per added tab, and a place for every other added field.
    fn custom_controls(&self, doctype: &str) -> String {
        let fields = self.store.all("Custom Field").filter(|field| text(field, "dt") == doctype);
        let mut fields: Vec<&Doc> = fields.collect();
        let place = |field: &Doc| {
            let idx = field.get("idx").and_then(Value::as_u64);
            (idx, text(field, "creation").to_owned())
        };
        fields.sort_by_key(|field| place(field));
        let control = |field: &&Doc| {
            let attribute = |name: &str| page::escaped(text(field, name));
            let (name, kind, label) =
                (attribute("fieldname"), attribute("fieldtype"), attribute("label"));
            let data = format!(
                "data-fieldname=\"{name}\" data-fieldtype=\"{kind}\" data-label=\"{label}\""
            );
            match text(field, "fieldtype") {
                "Tab Break" | "Section Break" => format!("<h2 {data}>{label}</h2>"),
                _ => format!("<div class=\"frappe-control\" {data}></div>"),
            }
        };
        let controls: String = fields.iter().map(control).collect();
        format!("<section class=\"form-layout\">{controls}</section>")
    }

    fn client_scripts(&self, doctype: &str) -> Vec<String> {
        let scripts = self.store.all("Client Script").filter(|script| {
            text(script, "dt") == doctype
                && is_on(script, "enabled")
                && text(script, "view") == "Form"
        });
        scripts.map(|script| text(script, "script").to_owned()).collect()
    }
}

/// Whoever is signed in goes on at once.
fn login_page(caller: &Caller, call: &Call) -> Answer {
    if caller.user == "Guest" {
        return Answer::page(200, page::login());
    }
    let wanted = call.arguments().map(|arguments| arguments.text("redirect-to"));
    let wanted = wanted.unwrap_or_default();
    let own = format!("{}/", call.base());
    let is_ours = wanted.starts_with(&own)
        || (wanted.starts_with('/') && !wanted.starts_with("//") && !wanted.contains('\\'));
    Answer::redirect(302, if is_ours { wanted } else { "/app".to_owned() })
}

fn to_login(call: &Call) -> Answer {
    let here: String = call.path.iter().map(|part| format!("/{}", encoded(part))).collect();
    let mut answer = Answer::redirect(301, format!("/login?redirect-to={}", encoded(&here)));
    answer.headers.extend(named_app());
    answer.headers.push(("cache-control", "no-store, no-cache, must-revalidate".into()));
    answer
}

fn named_app() -> Vec<(&'static str, String)> {
    vec![("x-page-name", "app".into()), ("x-from-cache", "False".into())]
}

fn greeting(caller: &Caller) -> String {
    format!("<p id=\"signed-in\">{}</p>", page::escaped(&caller.user))
}

fn slug_of(doctype: &str) -> String {
    doctype.to_lowercase().replace(' ', "-")
}
