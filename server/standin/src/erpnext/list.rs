//! Lists: which documents, which columns, in which order.

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use serde_json::{Map, Value};

use super::{
    call::Arguments,
    filter::{Filter, META, compare},
    refusal::Refusal,
    schema::Kind,
    site::{Site, plain},
    store::{Doc, rows, text},
};

/// A column of the answer.
enum Column {
    Field(String),
    /// `count(name) as n`.
    Count(String),
    /// `project.project_name as project_title`: doctype, link field, field, label.
    OfLink(String, String, String, String),
    /// `users.user as member`: table, field, label.
    OfRow(String, String, String),
}

impl Site {
    /// The rows of `GET /api/resource/{doctype}` for `user`.
    pub(crate) fn list(
        &self,
        user: &str,
        doctype: &str,
        arguments: &Arguments,
    ) -> Result<Vec<Value>, Refusal> {
        let Some(schema) = self.schema(doctype) else {
            return Err(Refusal::missing("DocType", doctype));
        };
        let child_rows = if schema.is_child() {
            Some(self.child_rows(user, doctype, &arguments.text("parent"))?)
        } else {
            self.check_list(user, doctype)?;
            None
        };
        let filters = self.filters(doctype, &arguments.text("filters"))?;
        let or_filters = self.filters(doctype, &arguments.text("or_filters"))?;
        let admitted = |doc: &Doc| {
            filters.iter().all(|filter| filter.admits(doc))
                && (or_filters.is_empty() || or_filters.iter().any(|filter| filter.admits(doc)))
        };
        let mut docs: Vec<&Doc> = match &child_rows {
            Some(rows) => rows.iter().filter(|doc| admitted(doc)).collect(),
            // Permissions last: they cost more than filters.
            None => {
                let sees_all = self.lists_all(user, doctype);
                let all = self.candidates(doctype, &filters).filter(|doc| admitted(doc));
                all.filter(|doc| sees_all || self.may_list(user, doctype, doc)).collect()
            }
        };
        self.sort(doctype, &mut docs, &arguments.text("order_by"))?;

        let columns = self.columns(user, doctype, &arguments.text("fields"))?;
        let group_by = arguments.text("group_by");
        let as_arrays = arguments.text("as_dict") == "false";
        let page = Page::asked(arguments);
        let one_row_each = !columns.iter().any(|column| matches!(column, Column::OfRow(..)));
        let rows: Vec<Map<String, Value>> = if !group_by.is_empty() {
            page.of(grouped(&docs, group_by.trim_matches('`'), &columns).into_iter()).collect()
        } else if one_row_each {
            page.of(docs.into_iter()).flat_map(|doc| self.rows_of(doc, &columns)).collect()
        } else {
            page.of(docs.into_iter().flat_map(|doc| self.rows_of(doc, &columns))).collect()
        };
        Ok(rows
            .into_iter()
            .map(|row| match as_arrays {
                true => columns.iter().map(|c| row[c.label()].clone()).collect::<Vec<_>>().into(),
                false => row.into(),
            })
            .collect())
    }

    /// How many documents of the doctype meet the filters.
    pub(crate) fn count(&self, user: &str, doctype: &str, filters: &str) -> Result<usize, Refusal> {
        if self.schema(doctype).is_none() {
            return Err(Refusal::missing("DocType", doctype));
        }
        self.check_list(user, doctype)?;
        let filters = self.filters(doctype, filters)?;
        let sees_all = self.lists_all(user, doctype);
        let all = self.candidates(doctype, &filters);
        let admitted = all.filter(|doc| filters.iter().all(|filter| filter.admits(doc)));
        Ok(admitted.filter(|doc| sees_all || self.may_list(user, doctype, doc)).count())
    }

    /// The documents among which those that meet all `filters` are.
    fn candidates<'a>(
        &'a self,
        doctype: &str,
        filters: &[Filter],
    ) -> Box<dyn Iterator<Item = &'a Doc> + 'a> {
        if let Some(value) = filters.iter().find_map(Filter::wanted_text) {
            return Box::new(self.store.holding(doctype, value));
        }
        match filters.iter().find_map(Filter::modified_from) {
            Some(stamp) => Box::new(self.store.modified_since(doctype, stamp)),
            None => Box::new(self.store.all(doctype)),
        }
    }

    /// Child rows can be listed only by way of their parent's doctype.
    fn child_rows(&self, user: &str, doctype: &str, parent: &str) -> Result<Vec<Doc>, Refusal> {
        let tables: Vec<String> = self
            .fields(parent)
            .iter()
            .filter(|field| field.kind == Kind::Table(doctype.to_owned()))
            .map(|field| field.name.clone())
            .collect();
        if tables.is_empty() {
            return Err(Refusal::not_permitted(None, None));
        }
        self.check_list(user, parent)?;
        let parents = self.store.all(parent).filter(|doc| self.may_list(user, parent, doc));
        Ok(parents
            .flat_map(|doc| tables.iter().flat_map(|table| rows(doc, table)))
            .cloned()
            .collect())
    }

    fn columns(&self, user: &str, doctype: &str, fields: &str) -> Result<Vec<Column>, Refusal> {
        let fields = if fields.is_empty() { "[\"name\"]" } else { fields };
        let fields: Vec<String> = match serde_json::from_str(fields) {
            Ok(Value::Array(all)) => all.iter().map(plain).collect(),
            _ => fields.split(',').map(|one| one.trim().to_owned()).collect(),
        };
        let own = self.fields(doctype);
        let sees_levels = self.has_role(user, "System Manager");
        let is_hidden = |name: &str| {
            !sees_levels && own.iter().any(|field| field.name == name && field.level > 0)
        };
        let mut columns = Vec::new();
        for field in &fields {
            let (expression, label) = match field.split_once(" as ") {
                Some((expression, label)) => (expression.trim(), label.trim().trim_matches('`')),
                None => (field.trim(), field.trim()),
            };
            let table = format!("`tab{doctype}`.");
            let expression = expression.strip_prefix(table.as_str()).unwrap_or(expression);
            let expression = expression.trim_matches('`');
            let label = label.strip_prefix(table.as_str()).unwrap_or(label).trim_matches('`');
            if expression == "*" {
                let all = META.iter().map(|name| (*name).to_owned());
                let tables = |kind: &Kind| matches!(kind, Kind::Table(_));
                let all =
                    all.chain(own.iter().filter(|f| !tables(&f.kind)).map(|f| f.name.clone()));
                columns.extend(all.filter(|name| !is_hidden(name)).map(Column::Field));
            } else if expression.starts_with("count(") {
                columns.push(Column::Count(label.to_owned()));
            } else if let Some((by, of)) = expression.split_once('.') {
                let link = own.iter().find(|field| field.name == by);
                let label = if label == expression { of } else { label }.to_owned();
                let (by, of) = (by.to_owned(), of.to_owned());
                columns.push(match link.map(|field| &field.kind) {
                    Some(Kind::Link(target)) => Column::OfLink(target.clone(), by, of, label),
                    Some(Kind::Table(_)) => Column::OfRow(by, of, label),
                    _ => {
                        return Err(self
                            .check_field(doctype, expression)
                            .err()
                            .unwrap_or_else(Refusal::no_such_path));
                    }
                });
            } else {
                self.check_field(doctype, expression)?;
                if !is_hidden(expression) {
                    columns.push(Column::Field(expression.to_owned()));
                }
            }
        }
        Ok(columns)
    }

    fn rows_of(&self, doc: &Doc, columns: &[Column]) -> Vec<Map<String, Value>> {
        let table = columns.iter().find_map(|column| match column {
            Column::OfRow(table, ..) => Some(table.as_str()),
            _ => None,
        });
        let children: Vec<Option<&Doc>> = match table {
            Some(table) => rows(doc, table).map(Some).collect(),
            None => vec![None],
        };
        let get = |doc: Option<&Doc>, field: &str| {
            doc.and_then(|doc| doc.get(field)).cloned().unwrap_or(Value::Null)
        };
        let row = |child: Option<&Doc>| {
            let values = columns.iter().map(|column| {
                let value = match column {
                    Column::Field(field) if field == "api_secret" => Value::Null,
                    Column::Field(field) => get(Some(doc), field),
                    Column::Count(_) => 1.into(),
                    Column::OfLink(target, by, of, _) => {
                        get(self.store.get(target, text(doc, by)), of)
                    }
                    Column::OfRow(_, of, _) => get(child, of),
                };
                (column.label().to_owned(), value)
            });
            values.collect()
        };
        children.into_iter().map(row).collect()
    }

    /// Without `order_by` rows come in no order that anyone could rely on.
    fn sort(&self, doctype: &str, docs: &mut [&Doc], order_by: &str) -> Result<(), Refusal> {
        if order_by.is_empty() {
            docs.sort_by_key(|doc| {
                let mut hasher = DefaultHasher::new();
                text(doc, "name").hash(&mut hasher);
                hasher.finish()
            });
            return Ok(());
        }
        let mut keys: Vec<(String, bool)> = Vec::new();
        for part in order_by.split(',') {
            let mut words = part.split_whitespace();
            let field = words.next().unwrap_or_default().rsplit('.').next();
            let field = field.unwrap_or_default().trim_matches('`').to_owned();
            self.check_field(doctype, &field)?;
            keys.push((field, words.next().is_some_and(|word| word.eq_ignore_ascii_case("desc"))));
        }
        let keyed = |doc: &&Doc| -> Vec<String> {
            keys.iter().map(|(field, _)| doc.get(field).map(plain).unwrap_or_default()).collect()
        };
        let mut all: Vec<(Vec<String>, &Doc)> = docs.iter().map(|doc| (keyed(doc), *doc)).collect();
        all.sort_by(|(a, _), (b, _)| {
            let pairs = a.iter().zip(b).zip(&keys);
            let orders = pairs.map(|((a, b), (_, descending))| {
                let order = compare(a, b);
                if *descending { order.reverse() } else { order }
            });
            orders.fold(Ordering::Equal, Ordering::then)
        });
        for (place, (_, doc)) in docs.iter_mut().zip(all) {
            *place = doc;
        }
        Ok(())
    }
}

impl Column {
    fn label(&self) -> &str {
        match self {
            Self::Field(label)
            | Self::Count(label)
            | Self::OfLink(.., label)
            | Self::OfRow(.., label) => label,
        }
    }
}

fn grouped(docs: &[&Doc], by: &str, columns: &[Column]) -> Vec<Map<String, Value>> {
    let mut groups: BTreeMap<String, Vec<&Doc>> = BTreeMap::new();
    for doc in docs {
        let key = doc.get(by).map(plain).unwrap_or_default();
        groups.entry(key).or_default().push(doc);
    }
    let row = |group: Vec<&Doc>| {
        let values = columns.iter().map(|column| {
            let value = match column {
                Column::Count(_) => group.len().into(),
                Column::Field(field) => group[0].get(field).cloned().unwrap_or(Value::Null),
                _ => Value::Null,
            };
            (column.label().to_owned(), value)
        });
        values.collect()
    };
    groups.into_values().map(row).collect()
}

/// Which part of the rows is asked for.
struct Page {
    start: usize,
    length: usize,
}

impl Page {
    fn asked(arguments: &Arguments) -> Self {
        let number = |name: &str| arguments.text(name).parse::<usize>().ok();
        let start = number("limit_start").unwrap_or(0);
        let length = number("limit_page_length").or_else(|| number("limit")).unwrap_or(20);
        Self { start, length: if length == 0 { usize::MAX } else { length } }
    }

    fn of<T>(&self, rows: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        rows.skip(self.start).take(self.length)
    }
}
