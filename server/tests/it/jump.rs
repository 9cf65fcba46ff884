//! The jump box finds what ERPNext shows somebody, in all their workspaces, and nothing else.

use crate::{
    call::{Answer, api},
    town,
};
use reqwest::StatusCode;
use standin::cast;
use testkit::http::Session;
use vocabulary::{JUMP_KNOWN_LIMIT, JumpFound};

/// An Issue of the website's Project; Tom may not read Issues.
const ISSUE: &str = "Newsletter box accepts anything";

async fn words(who: &Session, words: &str) -> Answer {
    api(who, "jump", &[("wish[words]", words)]).await
}

async fn known(who: &Session, targets: &[String]) -> Answer {
    let names: Vec<String> = (0..targets.len()).map(|n| format!("wish[known][{n}]")).collect();
    let fields: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(targets.iter().map(String::as_str)).collect();
    api(who, "jump", &fields).await
}

fn read(answer: &Answer) -> Vec<JumpFound> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn titles(answer: &Answer) -> Vec<String> {
    read(answer).into_iter().map(|found| found.title).collect()
}

#[tokio::test]
async fn documents_and_people_of_all_workspaces_are_found_by_words_and_ids() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let places = town::places(&maya).await;
    let workspace =
        |project: &str| places.iter().find(|(name, _)| name == project).unwrap().1.workspace;

    // Words in any order, accents and case aside, in more than one Project.
    let shoot = read(&words(&maya, "EVORA photo").await);
    assert_eq!(shoot[0].title, "Photo shoot Évora");
    assert_eq!(shoot[0].workspaces, [workspace(cast::WEBSITE)]);
    let offer = read(&words(&maya, "opening offer").await);
    assert_eq!(offer[0].workspaces, [workspace(cast::WINE_SHOP)]);

    // By its ERPNext id, and as it is called now.
    let id = offer[0].target.to_string();
    let by_id = read(&words(&maya, id.strip_prefix("Task:").unwrap()).await);
    assert_eq!(by_id[0].target, offer[0].target);
    assert_eq!(titles(&known(&maya, &[id]).await), ["Opening offer"]);

    // People once each with where they are met, the client's people told apart; not oneself.
    let tom = read(&words(&maya, "okafor").await);
    assert_eq!(tom[0].target.to_string(), format!("Person:{}", cast::TOM.user));
    assert!(tom[0].workspaces.contains(&workspace(cast::WEBSITE)) && !tom[0].is_client);
    assert_eq!(titles(&words(&maya, "lindqvist").await), [""; 0]);
    assert_eq!(titles(&words(&maya, "casa duarte").await)[0], cast::CUSTOMER);
    for empty in ["", "  ", "%", "_"] {
        assert_eq!(titles(&words(&maya, empty).await), [""; 0], "{empty:?}");
    }
}

#[tokio::test]
async fn what_erpnext_hides_is_found_by_nobody_and_answers_like_what_is_not_there() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let issue = read(&words(&maya, ISSUE).await).remove(0).target.to_string();
    let task = read(&words(&maya, "redirects visited").await).remove(0).target.to_string();

    // Of the same Project, but not for whoever may not read Issues.
    let tom = town::cast(&server, cast::TOM.user).await;
    assert_eq!(titles(&words(&tom, ISSUE).await), [""; 0]);
    assert_eq!(titles(&known(&tom, &[issue.clone()]).await), [""; 0]);
    assert_eq!(titles(&known(&tom, &[task.clone()]).await).len(), 1);

    // A member of another Project alone.
    let nils = town::cast(&server, cast::NILS.user).await;
    for hidden in [ISSUE, "redirects", "casa", "duarte", "okafor", "priya", cast::TOM.user] {
        let got = words(&nils, hidden).await;
        let wrong = words(&nils, "no such thing at all").await;
        assert_eq!((got.status, got.body), (wrong.status, wrong.body), "{hidden}");
    }
    let hidden = [issue, task, format!("Customer:{}", cast::CUSTOMER)];
    let missing = ["Issue:ISS-0".to_owned(), "Task:TASK-0".to_owned(), "Customer:X".to_owned()];
    let (got, wrong) = (known(&nils, &hidden).await, known(&nils, &missing).await);
    assert_eq!((got.status, &got.body), (wrong.status, &wrong.body));
    assert_eq!(titles(&got), [""; 0]);
    assert_eq!(titles(&words(&nils, "on-call").await), ["On-call rota"]);
}

#[tokio::test]
async fn nobody_else_has_a_jump_box_and_nonsense_is_refused() {
    let server = town::demo().await;
    let got = words(&server.visitor(), "website").await;
    assert_eq!((got.status, got.error().as_str()), (StatusCode::UNAUTHORIZED, "sign_in"));
    let ines = town::cast(&server, cast::INES.user).await;
    let got = words(&ines, "website").await;
    assert_eq!((got.status, got.error().as_str()), (StatusCode::NOT_FOUND, "not_found"));

    let maya = town::cast(&server, cast::MAYA.user).await;
    let target = |n: usize| format!("Task:TASK-{n}");
    let most: Vec<String> = (0..JUMP_KNOWN_LIMIT).map(target).collect();
    assert_eq!(titles(&known(&maya, &most).await), [""; 0]);
    let more: Vec<String> = (0..=JUMP_KNOWN_LIMIT).map(target).collect();
    let long = format!("Task:{}", "x".repeat(1_000));
    for wrong in [more, vec!["Project:PROJ-0001".into()], vec!["Task".into()], vec![long]] {
        let got = known(&maya, &wrong).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}: {}", got.body);
        assert_eq!(got.error(), "invalid");
    }
    // What nobody types is cut, not refused.
    assert_eq!(titles(&words(&maya, &"x".repeat(10_000)).await), [""; 0]);
}
