//! Asking who somebody is, what others are, and what the wiki is.

use daemun_messages::Language;
use daemun_store::{BlockTarget, NewBlock};
use daemun_testkit::visitor::Answer;
use daemun_testkit::world::World;

use crate::Tested;

/// Blocks an account for a day.
fn block(world: &World, id: u64, name: &str) -> anyhow::Result<()> {
    let block = NewBlock {
        by_id: 1,
        by_name: "Admin".to_owned(),
        reason: "Vandalism".to_owned(),
        expiry: Some(world.now().plus(86_400)),
        email: true,
        ..NewBlock::usual(BlockTarget::User { id, name: name.to_owned() }, world.now())
    };
    world.run(world.store().blocks.insert(&block, None))?;
    Ok(())
}

/// Admin (1, sysop), Bob (2), Carol (3).
fn world() -> anyhow::Result<World> {
    let world = World::new()?;
    for name in ["Admin", "Bob", "Carol"] {
        world.add_account(name, "a good Passphrase 7")?;
    }
    world.sql("INSERT INTO user_groups (ug_user, ug_group) VALUES (1, 'sysop')")?;
    Ok(world)
}

fn users(world: &World, users: &str, props: &str) -> anyhow::Result<Answer> {
    world.visitor().get(&[
        ("action", "query"),
        ("list", "users"),
        ("ususers", users),
        ("usprop", props),
    ])
}

fn names(answer: &Answer) -> Vec<String> {
    let users = answer.at("/query/allusers").as_array().cloned().unwrap_or_default();
    users.iter().map(|user| user["name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn others_are_described_as_they_are() -> Tested {
    let world = world()?;
    world.sql("INSERT INTO user_properties VALUES (2, 'gender', 'male')")?;
    world.sql(
        "UPDATE user SET user_email = 'bob@example.org', \
         user_email_authenticated = '20260101000000' WHERE user_id < 3",
    )?;
    world.sql("UPDATE user SET user_email = 'x@example.org' WHERE user_id = 1")?;
    world.sql("INSERT INTO user_properties VALUES (1, 'disablemail', '1')")?;
    let answer = users(&world, "Bob|Admin|a[b|Nobody", "gender|emailable|groups|centralids")?;
    let all = answer.at("/query/users").as_array().expect("users").clone();
    assert_eq!(all[0]["invalid"], true, "bad names come first: {}", answer.body());
    assert_eq!((&all[1]["gender"], &all[1]["emailable"]), (&"male".into(), &true.into()));
    assert_eq!((&all[2]["gender"], &all[2]["emailable"]), (&"unknown".into(), &false.into()));
    assert_eq!(all[2]["groups"], serde_json::json!(["sysop", "*", "user", "autoconfirmed"]));
    assert_eq!(all[1]["centralids"]["local"], 2);
    assert_eq!(all[3]["missing"], true);
    Ok(())
}

#[test]
fn a_block_is_told_with_when_it_ends() -> Tested {
    let world = world()?;
    block(&world, 2, "Bob")?;
    for (list, prop, at) in
        [("users", "usprop", "/query/users/0"), ("allusers", "auprop", "/query/allusers/0")]
    {
        let from = if list == "users" { ("ususers", "Bob") } else { ("aufrom", "Bob") };
        let ask = [("action", "query"), ("list", list), (prop, "blockinfo"), from];
        let answer = world.visitor().get(&ask)?;
        assert_eq!(answer.text_at(&format!("{at}/blockedby")), "Admin", "{}", answer.body());
        assert!(!answer.text_at(&format!("{at}/blockexpiryformatted")).is_empty());
    }
    let mut bob = world.visitor();
    bob.log_in("Bob", "a good Passphrase 7")?;
    assert_eq!(bob.user_info("blockinfo")?["blockreason"], "Vandalism");
    Ok(())
}

#[test]
fn several_blocks_at_once_are_told_as_what_they_amount_to_and_each() -> Tested {
    let world = world()?;
    block(&world, 2, "Bob")?;
    world.pass_seconds(60);
    let since = world.now();
    let some_pages = NewBlock {
        by_id: 3,
        by_name: "Carol".to_owned(),
        reason: "Quarrels".to_owned(),
        create_account: false,
        allow_usertalk: false,
        sitewide: false,
        ..NewBlock::usual(BlockTarget::User { id: 2, name: "Bob".to_owned() }, since)
    };
    world.run(world.store().blocks.insert(&some_pages, None))?;
    let mut bob = world.visitor();
    bob.log_in("Bob", "a good Passphrase 7")?;
    let own = bob.user_info("blockinfo")?;
    let lists = [("users", "usprop", "ususers"), ("allusers", "auprop", "aufrom")];
    let mut told = vec![own];
    for (list, prop, name) in lists {
        let ask = [("action", "query"), ("list", list), (prop, "blockinfo"), (name, "Bob")];
        told.push(world.visitor().get(&ask)?.at(&format!("/query/{list}/0")).clone());
    }
    for info in told {
        assert_eq!(info["blockid"], serde_json::Value::Null, "{info}");
        assert_eq!((&info["blockedby"], &info["blockedbyid"]), (&"".into(), &0.into()), "{info}");
        assert_eq!(
            info["blockreason"],
            "There are several blocks of your account or your IP address."
        );
        assert_eq!(info["blockedtimestamp"], since.plus(-60).to_iso());
        assert_eq!(info["blockexpiry"], "infinite", "the end of the last");
        assert_eq!(info.get("blockexpiryformatted"), None);
        for (member, is_so) in [
            ("blockpartial", false),
            ("blocknocreate", true),
            ("blockanononly", false),
            ("blockemail", true),
            ("blockowntalk", true),
        ] {
            assert_eq!(info[member], is_so, "{member}: {info}");
        }
        let components = info["blockcomponents"].as_array().expect("a list");
        let reasons: Vec<&serde_json::Value> =
            components.iter().map(|component| &component["blockreason"]).collect();
        assert_eq!(reasons, ["Vandalism", "Quarrels"]);
        assert_eq!(components[1]["blockedby"], "Carol");
        assert_eq!(
            (&components[0]["blockpartial"], &components[0]["blockowntalk"]),
            (&false.into(), &false.into())
        );
        assert!(components[0]["blockexpiryformatted"].is_string(), "{info}");
    }
    let korean = bob.get(&[
        ("action", "query"),
        ("meta", "userinfo"),
        ("uiprop", "blockinfo"),
        ("uselang", "ko"),
    ])?;
    let reason = korean.text_at("/query/userinfo/blockreason");
    assert_eq!(reason, "계정이나 IP 주소에 여러 차단이 적용되어 있습니다.");
    let xml = bob.get(&[
        ("action", "query"),
        ("meta", "userinfo"),
        ("uiprop", "blockinfo"),
        ("format", "xml"),
    ])?;
    assert!(xml.body().contains("<blockcomponents><_v blockid=\"1\""), "{}", xml.body());
    // One that has ended is none.
    world.pass_seconds(86_401);
    let ask = [("action", "query"), ("list", "users"), ("usprop", "blockinfo"), ("ususers", "Bob")];
    let info = world.visitor().get(&ask)?.at("/query/users/0").clone();
    assert_eq!((&info["blockreason"], info.get("blockcomponents")), (&"Quarrels".into(), None));
    Ok(())
}

#[test]
fn each_block_that_forbids_new_accounts_is_a_reason_of_its_own() -> Tested {
    let world = world()?;
    block(&world, 2, "Bob")?;
    let address = BlockTarget::Address("127.0.0.1".parse()?);
    let made =
        NewBlock { by_id: 1, by_name: "Admin".into(), ..NewBlock::usual(address, world.now()) };
    world.run(world.store().blocks.insert(&made, None))?;
    world.sql("UPDATE block_target SET bt_auto = 1 WHERE bt_address IS NOT NULL")?;
    let mut bob = world.visitor();
    bob.log_in("Bob", "a good Passphrase 7")?;
    let ask = [("action", "query"), ("meta", "userinfo"), ("uiprop", "cancreateaccount")];
    let answer = bob.get(&[&ask[..], &[("errorformat", "raw")]].concat())?;
    let errors = answer.at("/query/userinfo/cancreateaccounterror");
    assert_eq!((&errors[0]["code"], &errors[0]["key"]), (&"blocked".into(), &"blockedtext".into()));
    assert_eq!(errors[0]["data"]["blockinfo"]["blockreason"], "Vandalism", "{errors}");
    let keys = (&errors[1]["code"], &errors[1]["key"]);
    assert_eq!(keys, (&"autoblocked".into(), &"autoblockedtext".into()));
    assert_eq!(errors[2], serde_json::Value::Null);
    let old = bob.get(&ask)?;
    let errors = old.at("/query/userinfo/cancreateaccounterror");
    assert_eq!(
        (&errors[1]["message"], &errors[1]["type"]),
        (&"autoblockedtext".into(), &"error".into())
    );
    // What the software made from a block says nothing new beside it.
    world.sql("UPDATE block SET bl_parent_block_id = 1 WHERE bl_id = 2")?;
    let answer = bob.get(&ask)?;
    let errors = answer.at("/query/userinfo/cancreateaccounterror");
    assert_eq!(errors.as_array().map(Vec::len), Some(1), "{errors}");
    Ok(())
}

#[test]
fn a_hidden_account_is_found_by_nobody_who_may_not() -> Tested {
    let world = world()?;
    block(&world, 2, "Bob")?;
    world.sql("UPDATE block SET bl_deleted = 1")?;
    world.sql("INSERT INTO user_groups (ug_user, ug_group) VALUES (1, 'suppress')")?;
    let ask = [("action", "query"), ("list", "users|allusers"), ("ususers", "Bob")];
    let answer = world.visitor().get(&ask)?;
    assert_eq!(answer.at("/query/users/0/missing"), true, "{}", answer.body());
    assert_eq!(names(&answer), ["Admin", "Carol"]);
    let mut admin = world.visitor();
    admin.log_in("Admin", "a good Passphrase 7")?;
    let answer = admin.get(&ask)?;
    assert_eq!(answer.at("/query/users/0/hidden"), true, "{}", answer.body());
    assert_eq!(names(&answer), ["Admin", "Bob", "Carol"]);
    // The block lasts for a day.
    world.pass_seconds(86_401);
    let answer = world.visitor().get(&ask)?;
    assert_eq!(answer.at("/query/users/0/userid"), 2, "{}", answer.body());
    assert_eq!(names(&answer), ["Admin", "Bob", "Carol"]);
    Ok(())
}

#[test]
fn a_block_of_an_address_is_shown_to_accounts_that_it_binds() -> Tested {
    let world = world()?;
    let mut bob = world.visitor();
    bob.log_in("Bob", "a good Passphrase 7")?;
    let block = NewBlock {
        by_id: 1,
        by_name: "Admin".to_owned(),
        reason: "Open proxy".to_owned(),
        ..NewBlock::usual(BlockTarget::Address("127.0.0.1".parse()?), world.now())
    };
    world.run(world.store().blocks.insert(&block, None))?;
    let info = bob.user_info("blockinfo")?;
    assert_eq!((&info["blockreason"], &info["name"]), (&"Open proxy".into(), &"Bob".into()));
    assert_eq!(info["blockanononly"], false);
    world.sql("UPDATE block SET bl_anon_only = 1")?;
    assert!(bob.user_info("blockinfo")?.get("blockid").is_none(), "it binds strangers alone");
    assert_eq!(world.visitor().user_info("blockinfo")?["blockreason"], "Open proxy");
    Ok(())
}

#[test]
fn groups_and_rights_that_the_wiki_has_not_are_dropped_with_a_warning() -> Tested {
    let world = world()?;
    let ask = |name, value| {
        let ask = [("action", "query"), ("list", "allusers"), ("errorformat", "raw")];
        world.visitor().get(&[ask.as_slice(), &[(name, value)]].concat())
    };
    for (name, value, unknown, found) in [
        ("augroup", "sysop|pilot", "pilot", &["Admin"][..]),
        ("auexcludegroup", "pilot|sysop|*", "pilot, *", &["Bob", "Carol"]),
        ("aurights", "fly|delete", "fly", &["Admin"]),
        // Nothing is left to choose by.
        ("augroup", "pilot", "pilot", &["Admin", "Bob", "Carol"]),
    ] {
        let answer = ask(name, value)?;
        let warning = answer.at("/warnings/0");
        assert_eq!(warning["code"], "unrecognizedvalues", "{}", answer.body());
        assert_eq!(warning["module"], "query+allusers");
        assert_eq!(
            warning["data"]["values"],
            serde_json::json!(unknown.split(", ").collect::<Vec<_>>())
        );
        assert_eq!(names(&answer), found);
    }
    let answer = ask("aurights", "siteadmin")?;
    assert_eq!((answer.at("/warnings"), names(&answer).len()), (&serde_json::Value::Null, 0));
    let described =
        world.visitor().get(&[("action", "paraminfo"), ("modules", "query+allusers")])?;
    let params = described.at("/paraminfo/modules/0/parameters").as_array().expect("them").clone();
    let kind =
        |name| params.iter().find(|param| param["name"] == name).expect(name)["type"].clone();
    assert_eq!(
        kind("group"),
        serde_json::json!(["bot", "bureaucrat", "interface-admin", "suppress", "sysop"])
    );
    let rights = kind("rights");
    let rights = rights.as_array().expect("rights");
    assert!(rights.contains(&"siteadmin".into()) && !rights.contains(&"fly".into()));
    Ok(())
}

#[test]
fn groups_that_may_make_accounts_are_named_in_the_readers_language() -> Tested {
    let asked = |language: &'static str, uselang| -> anyhow::Result<String> {
        let world = World::with(|rules| {
            rules.site.language = Language::sanitise(language).expect("a language");
            rules.settings.rights.set("*", "createaccount", false);
            rules.settings.rights.set("suppress", "createaccount", true);
        })?;
        let answer = world.visitor().get(&[
            ("action", "query"),
            ("meta", "userinfo"),
            ("uiprop", "cancreateaccount"),
            ("uselang", uselang),
            ("errorformat", "wikitext"),
        ])?;
        Ok(answer.text_at("/query/userinfo/cancreateaccounterror/0/text").to_owned())
    };
    for (site, reader, links) in [
        ("en", "en", [":Administrators|Administrators]]", ":Suppressors|Suppressors]]"]),
        ("en", "ko", [":Administrators|관리자]]", ":Suppressors|숨김 관리자]]"]),
        ("ko", "en", [":관리자|Administrators]]", ":숨김 관리자|Suppressors]]"]),
    ] {
        let text = asked(site, reader)?;
        assert!(links.iter().all(|link| text.contains(link)), "{site}, {reader}: {text}");
    }
    Ok(())
}

#[test]
fn a_long_list_goes_on_where_it_stopped() -> Tested {
    let world = world()?;
    let ask = [("action", "query"), ("list", "allusers"), ("aulimit", "2")];
    let first = world.visitor().get(&ask)?;
    assert_eq!(names(&first), ["Admin", "Bob"]);
    assert_eq!(first.text_at("/continue/aufrom"), "Carol");
    assert_eq!(first.text_at("/continue/continue"), "-||");
    let next = world.visitor().get(&[
        ("action", "query"),
        ("list", "allusers"),
        ("aulimit", "2"),
        ("aufrom", "Carol"),
        ("continue", "-||"),
    ])?;
    assert_eq!(names(&next), ["Carol"]);
    assert!(next.at("/continue").is_null(), "{}", next.body());
    let raw = [("action", "query"), ("list", "allusers"), ("aulimit", "1"), ("rawcontinue", "")];
    let raw = world.visitor().get(&raw)?;
    assert_eq!(raw.text_at("/query-continue/allusers/aufrom"), "Bob");
    assert!(raw.at("/batchcomplete").is_null(), "{}", raw.body());
    Ok(())
}

#[test]
fn two_conditions_that_exclude_each_other_are_refused() -> Tested {
    let world = world()?;
    for more in [
        [("list", "allusers"), ("augroup", "bot"), ("auexcludegroup", "sysop")],
        [("list", "allusers"), ("auexcludenamed", ""), ("auexcludetemp", "")],
        [("list", "users"), ("ususers", "Bob"), ("ususerids", "1")],
    ] {
        let mut ask = vec![("action", "query")];
        ask.extend(more);
        assert_eq!(world.visitor().get(&ask)?.error(), "invalidparammix", "{more:?}");
    }
    Ok(())
}

#[test]
fn who_is_new_has_narrower_limits() -> Tested {
    let world = World::with(|rules| rules.settings.rights.auto_confirm_count = 10)?;
    world.add_account("Bob", "a good Passphrase 7")?;
    let mut bob = world.visitor();
    bob.log_in("Bob", "a good Passphrase 7")?;
    let limits = bob.user_info("ratelimits")?["ratelimits"].clone();
    let edit: Vec<&String> = limits["edit"].as_object().expect("limits").keys().collect();
    assert_eq!(edit, ["user", "ip", "newbie"], "{limits}");
    assert!(limits["mailpassword"]["ip"].is_object());
    Ok(())
}

#[test]
fn an_account_belongs_to_this_wiki_alone() -> Tested {
    let world = world()?;
    let wiki = world.visitor().get(&[("action", "query"), ("meta", "siteinfo")])?;
    let id = wiki.text_at("/query/general/wikiid").to_owned();
    for (asked, attached) in [(id.as_str(), true), ("otherwiki", false)] {
        let answer = world.visitor().get(&[
            ("action", "query"),
            ("list", "users"),
            ("ususers", "Bob"),
            ("usprop", "centralids"),
            ("usattachedwiki", asked),
        ])?;
        assert_eq!(answer.at("/query/users/0/attachedwiki/local"), attached, "{asked}");
    }
    Ok(())
}

#[test]
fn the_wiki_says_how_many_accounts_it_has() -> Tested {
    let world = world()?;
    let answer = world.visitor().get(&[
        ("action", "query"),
        ("meta", "siteinfo"),
        ("siprop", "statistics|autopromote"),
    ])?;
    assert_eq!(answer.at("/query/statistics/users"), 3, "{}", answer.body());
    assert_eq!(answer.at("/query/statistics/admins"), 1);
    assert_eq!(answer.text_at("/query/autopromote/autoconfirmed/0/condname"), "APCOND_EDITCOUNT");
    Ok(())
}

#[test]
fn a_korean_wiki_has_korean_names() -> Tested {
    let world = World::with(|rules| {
        rules.site.language = Language::sanitise("ko").expect("Korean");
        rules.site.name = "위키".to_owned();
    })?;
    let answer = world.visitor().get(&[
        ("action", "query"),
        ("meta", "siteinfo"),
        ("siprop", "general|namespaces|namespacealiases|specialpagealiases"),
    ])?;
    let body = answer.body();
    assert_eq!(answer.text_at("/query/namespaces/-1/name"), "특수", "{body}");
    assert_eq!(answer.text_at("/query/namespaces/5/name"), "위키토론");
    assert_eq!(answer.text_at("/query/general/fallback/0/code"), "en");
    assert_eq!(answer.text_at("/query/namespacealiases/0/alias"), "특");
    let pages = answer.at("/query/specialpagealiases").as_array().expect("pages");
    let login = pages.iter().find(|page| page["realname"] == "Userlogin").expect("the page");
    assert_eq!(login["aliases"][0], "로그인", "{login}");
    Ok(())
}
