//! Finding `api.php`.

use daemun_client::Error;
use daemun_testkit::world::World;

use super::wiki;
use crate::Tested;

#[test]
fn a_wiki_is_found_from_any_address_that_people_have_of_it() -> Tested {
    let world = World::new()?;
    let origin = world.origin().to_owned();
    let host = origin.trim_start_matches("http://").to_owned();
    for given in [
        format!("{origin}/w/api.php"),
        format!("{origin}/w/api.php?action=help"),
        format!("{origin}/wiki/Special:UserLogin"),
        format!("{origin}/wiki/There_is_no_such_page"),
        origin.clone(),
        format!("{origin}/"),
        host,
    ] {
        let found = world.run(wiki(&given))?;
        assert_eq!(found.api().as_str(), format!("{origin}/w/api.php"), "{given}");
    }
    Ok(())
}

#[test]
fn where_no_wiki_is_one_is_told_what_to_give() -> Tested {
    let world = World::new()?;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let given = format!("http://{nobody}/");
    let error = world.run(wiki(&given)).unwrap_err().downcast::<Error>()?;
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    for given in ["", "mailto:me@example.org", "https://me:secret@example.org/"] {
        let error = world.run(wiki(given)).unwrap_err().downcast::<Error>()?;
        assert!(matches!(error, Error::Address { .. }), "{given}: {error}");
        assert!(error.to_string().contains("https://en.wikipedia.org/"), "{error}");
    }
    Ok(())
}
