//! Finding: first which items there are that this member may read and that hold what is asked, then the order, then the first
//! of them as people see them, each looked at by the policy once more.

use super::{
    asking::{self, Asked, Needle, Sought},
    entry::facet,
    marking,
    near::{can_be_mistyped, distance, variants},
    plain::said_as_text,
    words::tokens,
};
use crate::{Backend, Db, StoreError, pickers::folded, standings::readable};
use policy::MemberReach;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, TransactionTrait, Value};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use vocabulary::{
    Correction, FoundKind, FoundOrder, FoundPlace, Has, Hit, MessageId, Moment, SearchQuery,
    Searched, Term, WorkDoctype, WorkspaceId,
};

/// Items that are put in order; of more, the newest are.
const CANDIDATES: usize = 2_000;

/// Workspaces that are named in the question to the full-text index; for more it is asked for all, and the rest is left out
/// by the same statement.
const NAMED_WORKSPACES: usize = 40;

/// Words that are looked at for one that was mistyped.
const NEAR_WORDS: usize = 500;

/// Words that are looked for in place of one.
const REPLACEMENTS: usize = 3;

/// An item is worth so much less after half a year.
const HALF_YEAR_MILLIS: f64 = 182.0 * 86_400_000.0;

/// What this member may read that answers `query`, the first `limit` of it.
///
/// # Errors
/// If the database fails.
pub async fn search(
    db: &Db,
    reach: &MemberReach,
    query: &SearchQuery,
    order: FoundOrder,
    limit: u32,
) -> Result<Searched, StoreError> {
    if query.is_empty() {
        return Ok(Searched::default());
    }
    let desk = Desk { db, reach, places: places(db, reach).await? };
    let mut question = desk.question(query, &BTreeMap::new()).await?;
    let mut found = desk.candidates(&question, CANDIDATES).await?;
    let mut corrections = Vec::new();
    if found.is_empty() {
        let replacements = desk.replacements(query).await?;
        if !replacements.is_empty() {
            question = desk.question(query, &replacements).await?;
            found = desk.candidates(&question, CANDIDATES).await?;
            let correction = |(typed, words): (String, Vec<String>)| {
                Some(Correction { typed, found: words.into_iter().next()? })
            };
            corrections = replacements.into_iter().filter_map(correction).collect();
        }
    }
    let kinds = counted(&found);
    let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let more = found.len() >= CANDIDATES;
    put_in_order(&mut found, order);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let hits = desk.hits(&question, &found).await?;
    Ok(Searched { hits, count, more, kinds, corrections })
}

/// A workspace within reach.
#[derive(Clone, Debug, FromQueryResult)]
struct Place {
    id: Uuid,
    project: String,
    project_name: String,
}

async fn places(db: &Db, reach: &MemberReach) -> Result<Vec<Place>, StoreError> {
    Ok(Place::find_by_statement(db.statement(
        "SELECT w.id, w.project, w.project_name FROM standings s JOIN workspaces w ON w.id = s.workspace_id
         WHERE s.person_id = $1 AND w.gone_at IS NULL",
        [reach.person().as_uuid().into()],
    ))
    .all(db.reader())
    .await?)
}

#[derive(Clone, Debug, FromQueryResult)]
struct Candidate {
    id: i64,
    kind: String,
    at: i64,
    score: f64,
}

fn counted(found: &[Candidate]) -> Vec<(FoundKind, u32)> {
    let count = |kind: FoundKind| found.iter().filter(|one| one.kind == kind.as_str()).count();
    FoundKind::ALL
        .into_iter()
        .map(|kind| (kind, u32::try_from(count(kind)).unwrap_or(u32::MAX)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn put_in_order(found: &mut [Candidate], order: FoundOrder) {
    if order == FoundOrder::Newest {
        return found.sort_by_key(|one| std::cmp::Reverse(one.id));
    }
    let now = Moment::now().as_millis();
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of some years fit")]
    let worth = |one: &Candidate| {
        let age = now.saturating_sub(one.at).max(0) as f64 / HALF_YEAR_MILLIS;
        one.score * (1.0 + 0.5 * (-age).exp2())
    };
    found.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(b.id.cmp(&a.id)));
}

/// What is asked of the database.
#[derive(Debug)]
struct Question {
    asked: Asked,
    /// In which workspaces.
    within: Vec<Uuid>,
    since: Moment,
    before: Moment,
    /// Conditions beside the full-text index: their text with `?` for each value, and the values.
    more: Vec<(String, Vec<Value>)>,
}

/// Somebody's search.
struct Desk<'a> {
    db: &'a Db,
    reach: &'a MemberReach,
    places: Vec<Place>,
}

impl Desk<'_> {
    /// The question that `query` puts, where `replacements` are looked for beside what was typed.
    async fn question(
        &self,
        query: &SearchQuery,
        replacements: &BTreeMap<String, Vec<String>>,
    ) -> Result<Question, StoreError> {
        let (mut all, mut none, mut more) = (Vec::new(), Vec::new(), Vec::new());
        let (mut from, mut kinds) = (Vec::new(), Vec::new());
        let mut within: Option<Vec<Uuid>> = None;
        let mut without = Vec::new();
        let (mut since, mut before) =
            (Moment::from_millis(i64::MIN), Moment::from_millis(i64::MAX));
        for clause in &query.clauses {
            let needle = match &clause.term {
                Term::Word(word) => replaced(word, replacements.get(word)),
                Term::Phrase(words) => asking::words(words),
                Term::Start(start) => asking::start(start),
                Term::From(who) => {
                    let who = self.from(who).await?;
                    if !clause.not {
                        from.extend(who);
                        continue;
                    }
                    who
                }
                Term::Kind(kind) => {
                    let kind = Needle::Facet(facet::kind(*kind));
                    if !clause.not {
                        kinds.push(kind);
                        continue;
                    }
                    Some(kind)
                }
                Term::Has(has @ (Has::File | Has::Link)) => Some(Needle::Facet(facet::has(*has))),
                Term::Has(has) => {
                    let doctype = if *has == Has::Task { "Task" } else { "Issue" };
                    more.push((is_unless(clause.not, TAGGED), vec![doctype.into()]));
                    continue;
                }
                Term::Tag(name) => {
                    let names = || [name.clone().into(), name.to_uppercase().into()];
                    let values = names().into_iter().chain(names()).chain(names()).collect();
                    more.push((is_unless(clause.not, ABOUT), values));
                    continue;
                }
                Term::In(place) => {
                    let named = self.named(place);
                    if clause.not {
                        without.extend(named);
                    } else {
                        within.get_or_insert_default().extend(named);
                    }
                    continue;
                }
                Term::After(day) if clause.not => {
                    before = before.min(day.begins());
                    continue;
                }
                Term::Before(day) if clause.not => {
                    since = since.max(day.begins());
                    continue;
                }
                Term::After(day) => {
                    since = since.max(day.begins());
                    continue;
                }
                Term::Before(day) => {
                    before = before.min(day.begins());
                    continue;
                }
            };
            if clause.not { none.extend(needle) } else { all.extend(needle) }
        }
        for several in [from, kinds] {
            if !several.is_empty() {
                all.push(Needle::Any(several));
            }
        }
        let mut within =
            within.unwrap_or_else(|| self.places.iter().map(|place| place.id).collect());
        within.retain(|id| !without.contains(id));
        Ok(Question { asked: Asked { all, none }, within, since, before, more })
    }

    /// Workspaces by the Project's id, or by a part of its title.
    fn named(&self, place: &str) -> Vec<Uuid> {
        let wanted = folded(place);
        let exact = self.places.iter().filter(|one| folded(&one.project) == wanted);
        let exact: Vec<Uuid> = exact.map(|one| one.id).collect();
        if !exact.is_empty() {
            return exact;
        }
        let titled = self.places.iter().filter(|one| folded(&one.project_name).contains(&wanted));
        titled.map(|one| one.id).collect()
    }

    /// From somebody, by a part of their name, or by their address.
    async fn from(&self, who: &str) -> Result<Option<Needle>, StoreError> {
        let known = if who.eq_ignore_ascii_case("me") {
            let person = self.reach.person().as_uuid().into();
            self.full_name("SELECT full_name FROM people WHERE id = $1", person).await?
        } else if who.contains('@') {
            let sql = r#"SELECT full_name FROM people WHERE "user" = $1"#;
            self.full_name(sql, who.to_lowercase().into()).await?
        } else {
            None
        };
        let typed = asking::from(who).filter(|_| !who.eq_ignore_ascii_case("me"));
        let by_name = known.and_then(|name| asking::from(&name));
        let either: Vec<Needle> = typed.into_iter().chain(by_name).collect();
        Ok((!either.is_empty()).then_some(Needle::Any(either)))
    }

    async fn full_name(&self, sql: &str, value: Value) -> Result<Option<String>, StoreError> {
        let row = self.db.reader().query_one_raw(self.db.statement(sql, [value])).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
    }

    /// The newest items that answer `question` and that the member may read, at most so many.
    async fn candidates(
        &self,
        question: &Question,
        limit: usize,
    ) -> Result<Vec<Candidate>, StoreError> {
        if question.within.is_empty() || question.since >= question.before {
            return Ok(Vec::new());
        }
        let statement = self.statement(question, limit);
        if self.db.backend() == Backend::Sqlite {
            return Ok(Candidate::find_by_statement(statement).all(self.db.reader()).await?);
        }
        // A plan for any question would be one for none: how often its words stand somewhere decides.
        let tx = self.db.reader().begin().await?;
        tx.execute_unprepared("SET LOCAL plan_cache_mode = force_custom_plan").await?;
        let found = Candidate::find_by_statement(statement).all(&tx).await?;
        tx.commit().await?;
        Ok(found)
    }

    fn statement(&self, question: &Question, limit: usize) -> Statement {
        let db = self.db;
        let mut asked = question.asked.clone();
        if question.within.len() <= NAMED_WORKSPACES {
            let here = self.places.iter().filter(|place| question.within.contains(&place.id));
            let facets = here.flat_map(|place| {
                [facet::workspace(place.id), facet::project(&place.project)].map(Needle::Facet)
            });
            asked.all.push(Needle::Any(facets.collect()));
        }
        let mut values: Vec<Value> = vec![
            asked.written(db.backend()).into(),
            self.reach.person().as_uuid().into(),
            crate::db::ids(question.within.iter().copied()),
            question.since.as_millis().into(),
            question.before.as_millis().into(),
        ];
        let mut conditions = vec![visible(db), "i.at >= $4 AND i.at < $5".to_owned()];
        for (condition, more) in &question.more {
            let mut text = String::new();
            for (place, part) in condition.split('?').enumerate() {
                if place > 0 {
                    values.push(more[place - 1].clone());
                    text.push_str(&format!("${}", values.len()));
                }
                text.push_str(part);
            }
            conditions.push(text);
        }
        let conditions = conditions.join(" AND ");
        let sql = match db.backend() {
            Backend::Sqlite => format!(
                "SELECT i.id, i.kind, i.at, -bm25(search_text, 4.0, 1.0, 0.0) AS score
                 FROM search_text CROSS JOIN search_items i ON i.id = search_text.rowid
                 WHERE search_text MATCH $1 AND {conditions} ORDER BY search_text.rowid DESC LIMIT {limit}"
            ),
            Backend::Postgres => format!(
                "SELECT c.id, c.kind, c.at,
                   CAST(ts_rank('{{0.25, 0.5, 0.75, 1.0}}', c.words, CAST($1 AS tsquery), 1) AS double precision) AS score
                 FROM (SELECT i.id, i.kind, i.at, i.words FROM search_items i
                       WHERE i.words @@ CAST($1 AS tsquery) AND {conditions} ORDER BY i.id DESC LIMIT {limit}) c"
            ),
        };
        db.statement_of(&sql, values)
    }

    /// What stands in place of words that stand nowhere the member may read: the nearest that do.
    async fn replacements(
        &self,
        query: &SearchQuery,
    ) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
        let mut replacements = BTreeMap::new();
        for clause in query.clauses.iter().filter(|clause| !clause.not) {
            let Term::Word(typed) = &clause.term else { continue };
            let found = tokens(typed);
            let [token] = found.as_slice() else { continue };
            if !can_be_mistyped(&token.folded) || self.stands_somewhere(&token.folded).await? {
                continue;
            }
            let mut known = Vec::new();
            for word in self.near(&token.folded).await?.into_iter().take(4 * REPLACEMENTS) {
                if self.stands_somewhere(&word).await? {
                    known.push(word);
                }
                if known.len() == REPLACEMENTS {
                    break;
                }
            }
            if !known.is_empty() {
                replacements.insert(typed.clone(), known);
            }
        }
        Ok(replacements)
    }

    /// Whether the member may read anything that holds this word.
    async fn stands_somewhere(&self, word: &str) -> Result<bool, StoreError> {
        let question = Question {
            asked: Asked { all: asking::words(word).into_iter().collect(), none: Vec::new() },
            within: self.places.iter().map(|place| place.id).collect(),
            since: Moment::from_millis(i64::MIN),
            before: Moment::from_millis(i64::MAX),
            more: Vec::new(),
        };
        Ok(!self.candidates(&question, 1).await?.is_empty())
    }

    /// Words of the member's workspaces that are nearly this one, the nearest first.
    async fn near(&self, word: &str) -> Result<Vec<String>, StoreError> {
        let db = self.db;
        let sql = format!(
            "SELECT DISTINCT v.word FROM search_variants v
             JOIN search_words_in p ON p.word = v.word
             JOIN standings s ON s.workspace_id = p.workspace_id AND s.person_id = $2
             JOIN workspaces w ON w.id = p.workspace_id AND w.gone_at IS NULL
             WHERE v.variant IN {} LIMIT {NEAR_WORDS}",
            db.listed("$1")
        );
        let asked = Json::from(variants(word).into_iter().collect::<Vec<_>>()).to_string();
        let values = [asked.into(), self.reach.person().as_uuid().into()];
        let rows = db.reader().query_all_raw(db.statement(&sql, values)).await?;
        let mut near = Vec::new();
        for row in rows {
            let known: String = row.try_get_by_index(0)?;
            if let Some(distance) = distance(word, &known) {
                // People seldom mistake the first letter.
                near.push((distance, known.chars().next() != word.chars().next(), known));
            }
        }
        near.sort_unstable();
        Ok(near.into_iter().map(|(.., word)| word).collect())
    }

    /// These candidates as people see them, in their order; who may read them is looked at once more.
    async fn hits(&self, question: &Question, found: &[Candidate]) -> Result<Vec<Hit>, StoreError> {
        let db = self.db;
        let listed = match db.backend() {
            Backend::Sqlite => "i.id IN (SELECT CAST(value AS integer) FROM json_each($1))",
            Backend::Postgres => {
                "i.id = ANY (ARRAY (SELECT value::bigint FROM jsonb_array_elements_text($1::jsonb)))"
            }
        };
        let sql = format!(
            "SELECT i.id, i.kind, i.at, i.title, i.body, i.by_name, i.doctype, i.name,
               m.id AS message_id, m.thread_id, m.body AS said, m.author_name, w.id AS workspace_id, w.project_name,
               d.status, d.about_doctype, d.about_name
             FROM search_items i
             LEFT JOIN messages m ON m.id = COALESCE(i.message_id, ({CARRIER} ORDER BY cm.seq LIMIT 1))
             LEFT JOIN documents d ON d.doctype = i.doctype AND d.name = i.name AND d.creation = i.creation
             JOIN workspaces w ON w.gone_at IS NULL AND (w.id = i.workspace_id OR w.project = d.project)
             JOIN standings s ON s.workspace_id = w.id AND s.person_id = $2
             WHERE {listed} AND {} AND (m.id IS NULL OR m.removed_at IS NULL)",
            visible(db)
        );
        let asked: Vec<String> = found.iter().map(|one| one.id.to_string()).collect();
        let values = [
            Json::from(asked).to_string().into(),
            self.reach.person().as_uuid().into(),
            crate::db::ids(question.within.iter().copied()),
        ];
        let rows = HitRow::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?;
        let sought = question.asked.marked();
        let mut hits: HashMap<i64, Hit> = HashMap::with_capacity(rows.len());
        for row in rows {
            hits.insert(row.id, row.hit(&sought)?);
        }
        Ok(found.iter().filter_map(|one| hits.remove(&one.id)).collect())
    }
}

fn replaced(word: &str, replacements: Option<&Vec<String>>) -> Option<Needle> {
    let typed = asking::words(word)?;
    let Some(replacements) = replacements else { return Some(typed) };
    let others = replacements.iter().filter_map(|word| asking::words(word));
    Some(Needle::Any([typed].into_iter().chain(others).collect()))
}

fn is_unless(not: bool, condition: &str) -> String {
    format!("{}COALESCE({condition}, FALSE)", if not { "NOT " } else { "" })
}

/// A message that is about a document of a doctype.
const TAGGED: &str = "i.message_id IN (SELECT t.message_id FROM message_tags t WHERE t.doctype = ? AND NOT t.making)";

/// Something that is about the document of a name, or that document.
const ABOUT: &str = "(i.message_id IN (SELECT t.message_id FROM message_tags t
       WHERE t.doctype IN ('Task', 'Issue', 'Customer', 'Contact') AND t.name IN (?, ?) AND NOT t.making)
     OR i.name IN (?, ?)
     OR EXISTS (SELECT 1 FROM documents a WHERE a.doctype = i.doctype AND a.name = i.name AND a.about_name IN (?, ?)))";

/// The messages of its sender that carry the file of an item, as [`crate::files`] says it.
const CARRIER: &str = "SELECT cm.id FROM message_files mf
     JOIN messages cm ON cm.id = mf.message_id
     JOIN files cf ON cf.id = mf.file_id AND cf.person_id = cm.author_id AND cf.room_id = cm.room_id
     WHERE mf.file_id = i.file_id AND cm.removed_at IS NULL AND cf.removed_at IS NULL";

/// The condition that the item `i` is one which the person `$2` may read, in one of the workspaces `$3`: what was said in a
/// workspace within reach, a file that a message there carries, a Task or an Issue that ERPNext lets them read, and what is
/// about the Project or about one of those.
fn visible(db: &Db) -> String {
    let within = db.listed_ids("$3");
    format!(
        "(CASE WHEN i.doctype IS NOT NULL THEN EXISTS (
             SELECT 1 FROM documents d
             JOIN workspaces w ON w.project = d.project AND w.gone_at IS NULL AND w.id IN {within}
             JOIN standings s ON s.workspace_id = w.id AND s.person_id = $2
             WHERE d.doctype = i.doctype AND d.name = i.name AND d.creation = i.creation
               AND (CASE WHEN d.doctype = 'Task' THEN {task}
                         WHEN d.doctype = 'Issue' THEN {issue}
                         WHEN d.about_doctype = 'Task' THEN {about_task}
                         WHEN d.about_doctype = 'Issue' THEN {about_issue}
                         ELSE d.about_doctype = 'Project' AND d.about_name = w.project END))
           ELSE i.workspace_id IN (SELECT s.workspace_id FROM standings s JOIN workspaces w ON w.id = s.workspace_id
                  WHERE s.person_id = $2 AND w.gone_at IS NULL AND w.id IN {within})
             AND (i.file_id IS NULL OR EXISTS ({CARRIER})) END)",
        task = readable("Task", "d.name"),
        issue = readable("Issue", "d.name"),
        about_task = readable("Task", "d.about_name"),
        about_issue = readable("Issue", "d.about_name"),
    )
}

#[derive(FromQueryResult)]
struct HitRow {
    id: i64,
    kind: String,
    at: i64,
    title: String,
    body: String,
    by_name: String,
    doctype: Option<String>,
    name: Option<String>,
    message_id: Option<Uuid>,
    thread_id: Option<Uuid>,
    said: Option<String>,
    author_name: Option<String>,
    workspace_id: Uuid,
    project_name: String,
    status: Option<String>,
    about_doctype: Option<String>,
    about_name: Option<String>,
}

impl HitRow {
    fn hit(self, sought: &[Sought]) -> Result<Hit, StoreError> {
        let kind: FoundKind =
            self.kind.parse().map_err(|()| StoreError::Unreadable { what: "search_items.kind" })?;
        let work = |doctype: &str, name: Option<String>| {
            let doctype = match doctype {
                "Task" => WorkDoctype::Task,
                "Issue" => WorkDoctype::Issue,
                _ => return None,
            };
            Some(FoundPlace::Work { doctype, name: name? })
        };
        let own = self.doctype.as_deref().and_then(|doctype| work(doctype, self.name.clone()));
        let is_work = own.is_some();
        let place = match (self.message_id, own) {
            (Some(message), _) => FoundPlace::Message {
                message: MessageId::from_uuid(message),
                thread: self.thread_id.map(MessageId::from_uuid),
            },
            (None, Some(own)) => own,
            (None, None) => self
                .about_doctype
                .as_deref()
                .and_then(|doctype| work(doctype, self.about_name.clone()))
                .unwrap_or(FoundPlace::Project),
        };
        let name = self.name.filter(|_| is_work);
        let text = if kind == FoundKind::Message {
            said_as_text(&self.said.unwrap_or_default())
        } else {
            // A Task is found by its name too, which is shown beside.
            match name.as_deref().and_then(|name| self.body.strip_prefix(name)) {
                Some(rest) => rest.to_owned(),
                None => self.body,
            }
        };
        Ok(Hit {
            kind,
            workspace: WorkspaceId::from_uuid(self.workspace_id),
            project_name: self.project_name,
            title: marking::whole(&self.title, sought),
            name,
            snippet: marking::piece(&text, sought),
            status: self.status.filter(|_| is_work),
            by: self.author_name.unwrap_or(self.by_name),
            at: Moment::from_millis(self.at),
            place,
        })
    }
}
