//! Much of everything: long values, long lists, many fields, deep nesting.

use std::time::{Duration, Instant};

use daemun_testkit::program::Home;
use daemun_testkit::visitor::encode;
use daemun_testkit::world::World;

use super::{MODEST, assert_log_in, exchange, peak_memory, promptly, show, statuses};
use crate::Tested;

/// Bytes of a long value: what takes the square of its length takes minutes then.
const LONG: usize = 100_000;

const FORM: &str = "application/x-www-form-urlencoded";

fn post(address: &str, kind: &str, body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let length = body.len();
    let mut bytes = format!(
        "POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: \
         {length}\r\nConnection: close\r\n\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    let answer = exchange(address, &bytes, false)?;
    let status = statuses(&answer).first().copied();
    assert!(status.is_some_and(|status| (200..500).contains(&status)), "{}", show(&answer));
    Ok(answer)
}

#[test]
fn the_time_for_a_long_value_does_not_grow_with_its_square() -> Tested {
    let world = World::new()?;
    let address = world.origin().trim_start_matches("http://");
    let units = [
        "[",
        "[[",
        "&",
        "<",
        "'",
        "|",
        "\u{1f}",
        "{{",
        "%",
        "e\u{301}",
        "\u{301}\u{327}",
        "\u{1112}\u{1161}",
        "\u{fdfa}",
        "\0",
        " ",
        "_",
        ":",
        "/",
        "@",
        "~",
        "\u{200e}",
        "1|2|",
        "a\n* ",
    ];
    let token = world.visitor().token("login")?;
    for unit in units {
        let long = unit.repeat(LONG / unit.len());
        for params in [
            &[("action", long.as_str()), ("errorformat", "html")][..],
            &[("action", "query"), ("meta", &long), ("errorformat", "wikitext")],
            &[("action", "query"), ("list", "users"), ("ususers", &long), ("assertuser", &long)],
            &[("action", "paraminfo"), ("modules", &long), ("errorformat", "plaintext")],
            &[("action", "query"), ("uselang", &long), ("requestid", &long), ("origin", &long)],
            &[("action", "login"), ("lgname", &long), ("lgpassword", &long), ("lgtoken", &long)],
            &[("action", "query"), (&long, &long), ("format", "xml")],
        ] {
            let body = encode(&[params, &[("format", "json")]].concat());
            promptly(&format!("{unit:?}: {}", params[0].1.get(..9).unwrap_or_default()), || {
                post(address, FORM, body.as_bytes())
            })?;
        }
        let mut visitor = world.visitor();
        let begin = [
            ("action", "clientlogin"),
            ("logintoken", token.as_str()),
            ("loginreturnurl", "http://x/"),
            ("username", &long),
            ("password", &long),
        ];
        promptly(unit, || visitor.post(&begin))?;
    }
    Ok(())
}

#[test]
fn a_password_of_a_megabyte_costs_what_another_costs() -> Tested {
    // Enough rounds to tell the hash from all else.
    let world = World::with(|rules| {
        rules.settings.password_attempt_throttle.clear();
        rules.settings.password_default = daemun_testkit::world::pbkdf2(30_000);
    })?;
    world.add_account("William", "William-pass-1!")?;
    let time = |password: &str| -> anyhow::Result<Duration> {
        let mut visitor = world.visitor();
        let begun = Instant::now();
        assert_eq!(visitor.log_in("William", password)?.status(), "FAIL");
        Ok(begun.elapsed())
    };
    let long = "x".repeat(1_000_000);
    time("warm")?;
    let (short, long) = (time("wrong")?, time(&long)?);
    assert!(long < 4 * short + Duration::from_secs(1), "{long:?} where another takes {short:?}");
    Ok(())
}

#[test]
fn long_lists_and_many_fields_are_bounded() -> Tested {
    let home = Home::new()?;
    home.add_account("William", "William-pass-1!")?;
    let server = home.serve()?;
    let modules = vec!["query+userinfo"; 500].join("|");
    let different: String = (0..100_000).map(|n| format!("m{n}|")).collect();
    let fields: String = (0..150_000).map(|n| format!("f{n}=1&")).collect();
    let same = "action=query&".repeat(100_000);
    let arrays = "a[][][][]=1&".repeat(100_000);
    for body in [
        format!("action=paraminfo&modules={modules}&format=json"),
        format!("action=paraminfo&modules={different}&format=json&errorformat=html"),
        format!("action=help&modules={different}&format=xml"),
        format!("action=query&format=json&{fields}"),
        format!("{same}&format=json"),
        format!("action=query&format=json&{arrays}"),
        format!("action=query&format=php&list=users&ususers=%1F{}", "%1Fa".repeat(400_000)),
    ] {
        promptly(&body[..40], || post(server.address(), FORM, body.as_bytes()))?;
    }
    assert_log_in(server.visitor(), "William", "William-pass-1!")?;
    assert!(peak_memory(server.id()) < MODEST, "{} MiB", peak_memory(server.id()));
    Ok(())
}

#[test]
fn multipart_bodies_of_all_shapes_are_bounded() -> Tested {
    let home = Home::new()?;
    home.add_account("William", "William-pass-1!")?;
    let server = home.serve()?;
    let kind = |boundary: &str| format!("multipart/form-data; boundary={boundary}");
    let part = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
    let nested: String = (0..2000)
        .map(|n| format!("--b{n}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n", n + 1))
        .collect();
    let headers = format!("--x\r\n{}\r\n\r\n--x--\r\n", "X-Y: z\r\n".repeat(100_000));
    let name = format!(
        "--x\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n1\r\n--x--\r\n",
        "n".repeat(1_000_000)
    );
    for (kind, body) in [
        (kind("x"), part.repeat(30_000)),
        (kind("x"), "--x\r\n".repeat(300_000)),
        (kind("x"), "--x--\r\n".repeat(200_000)),
        (kind("b0"), nested),
        (kind("x"), headers),
        (kind("x"), name),
        (kind("x"), "\r\n".repeat(900_000)),
        (kind("-"), "-".repeat(1_900_000)),
        (kind(&"-".repeat(5000)), "-".repeat(1_900_000)),
        (kind("\"\""), part.repeat(100)),
        (kind("\"a\\\"b\""), part.repeat(100)),
        (kind("x; boundary=y; charset=utf-7"), part.repeat(100)),
    ] {
        let what = format!("{} with {}", &kind[..40.min(kind.len())], show(&body.as_bytes()[..40]));
        promptly(&what, || post(server.address(), &kind, body.as_bytes()))?;
    }
    assert_log_in(server.visitor(), "William", "William-pass-1!")?;
    assert!(peak_memory(server.id()) < MODEST, "{} MiB", peak_memory(server.id()));
    Ok(())
}

#[test]
fn a_body_that_is_longer_than_it_may_be_is_refused_early() -> Tested {
    let home = Home::new()?;
    let server = home.serve()?;
    let huge = vec![b'x'; 64 << 20];
    let mut chunked = b"POST /w/api.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
                        4000000\r\n"
        .to_vec();
    chunked.extend_from_slice(&huge);
    let mut plain =
        b"POST /w/api.php HTTP/1.1\r\nHost: x\r\nContent-Length: 67108864\r\n\r\n".to_vec();
    plain.extend_from_slice(&huge);
    for bytes in [chunked, plain] {
        let answer = promptly("64 MiB", || exchange(server.address(), &bytes, true))?;
        // The answer may be lost where it hangs up while more is coming.
        let status = statuses(&answer).first().copied();
        assert!(status.is_none_or(|status| (400..500).contains(&status)), "{status:?}");
    }
    assert!(peak_memory(server.id()) < MODEST, "{} MiB", peak_memory(server.id()));
    Ok(())
}
