//! What holds for every line of the routes.

use super::*;

#[test]
fn patterns_fit_whole_paths_only() {
    assert_eq!(fit("/", "/"), Some(vec![]));
    assert_eq!(fit("/messages/{message}", "/messages/12"), Some(vec!["12".into()]));
    assert_eq!(fit("/assets/{digest}/{name..}", "/assets/ab/js/live.js"), Some(vec!["ab".into(), "js/live.js".into()]));
    for path in ["/messages", "/messages/", "/messages/12/", "//messages/12", "/messages/12/x"] {
        assert_eq!(fit("/messages/{message}", path), None, "{path}");
    }
}

#[test]
fn the_password_is_asked_again_where_the_application_can() {
    for route in ROUTES.iter().filter(|route| route.fresh) {
        let guard = route.door.guard();
        assert!(matches!(guard, "signed-in" | "secretary" | "administrator"), "{} ({guard})", route.pattern);
        assert_eq!(route.method, Method::Post, "{}", route.pattern);
    }
    for route in ROUTES.iter().filter(|route| route.enrolling) {
        assert!(route.pattern.starts_with("/mon-compte/second-facteur"), "{}", route.pattern);
    }
}

#[test]
fn what_the_interface_describes_is_what_is_served() {
    let served: Vec<&str> = ROUTES
        .iter()
        .filter_map(|route| match route.door {
            Door::Software(operation) => Some(operation.name),
            _ => None,
        })
        .collect();
    let mut described: Vec<&str> = api::OPERATIONS.iter().map(|operation| operation.name).collect();
    assert_eq!(served.len(), described.len());
    described.retain(|name| !served.contains(name));
    assert!(described.is_empty(), "described and not served: {described:?}");
}

#[test]
fn no_line_hides_another() {
    for (place, route) in ROUTES.iter().enumerate() {
        let example = route.pattern.replace("..}", "}").replace(['{', '}'], "");
        let found =
            ROUTES.iter().position(|other| other.method == route.method && fit(other.pattern, &example).is_some());
        assert_eq!(found, Some(place), "{} is never reached", route.pattern);
    }
}
