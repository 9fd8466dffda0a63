use std::sync::Mutex;

use daemun_mediawiki::password::Pbkdf2Algo;

use super::*;

const SPEC: HashSpec = HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: 20_000, length: 64 };

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn stored(spec: HashSpec, password: &str) -> StoredPassword {
    StoredPassword::parse(&spec.hash(password.as_bytes(), &[7; 16]).unwrap())
}

fn asker(last: u8) -> Asker {
    IpAddr::from([192, 0, 2, last]).into()
}

/// A service of one thread that writes down what it does.
fn watched(options: HashingOptions) -> (Hasher, Arc<Mutex<Vec<Measured>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let writer = Arc::clone(&seen);
    let observer = Arc::new(move |one: &Measured| writer.lock().unwrap().push(one.clone()));
    (Hasher::start(options).unwrap().observed_by(observer), seen)
}

#[tokio::test]
async fn a_hash_made_is_a_hash_recognised_at_every_width_and_of_every_kind() {
    let mut specs = vec![
        SPEC,
        HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: 3, length: 200 },
        HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha256, rounds: 100, length: 32 },
        HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Whirlpool, rounds: 2, length: 64 },
    ];
    specs.push(HashSpec::Bcrypt { cost: 4 });
    specs.push(HashSpec::Argon2id { memory_kib: 64, time: 1, lanes: 1 });
    for width in Width::available() {
        let hasher = Hasher::start(HashingOptions { width, ..HashingOptions::new(1, 64) }).unwrap();
        for spec in specs.iter().copied() {
            let text = hasher.hash(Asker::NOBODY, spec, secret("right"), [9; 16]).await.unwrap();
            assert_eq!(text, spec.hash(b"right", &[9; 16]).unwrap(), "{width:?}");
            let stored = StoredPassword::parse(&text);
            let right = hasher.verify(Asker::NOBODY, stored.clone(), secret("right"));
            let wrong = hasher.verify(Asker::NOBODY, stored, secret("wrong"));
            let (right, wrong) = tokio::join!(right, wrong);
            assert!(right.unwrap() && !wrong.unwrap(), "{width:?} {spec:?}");
        }
    }
}

#[tokio::test]
async fn old_layered_hashes_go_through_lanes_too() {
    let layered = ":pbkdf2-legacyA:!sha512:10:64!!BwcHBwcHBwcHBwcHBwcHBw==!";
    let inner = daemun_mediawiki::password::Md5Hex::unsalted(b"old");
    let mut derived = [0; 64];
    Pbkdf2Algo::Sha512.derive(inner.as_bytes(), &[7; 16], 10, &mut derived);
    let text = SPEC_10.pbkdf2_text(&[7; 16], &derived).unwrap();
    let digest = text.rsplit(':').next().unwrap();
    let stored = StoredPassword::parse(&format!("{layered}{digest}"));
    assert!(!stored.is_invalid());
    let hasher = Hasher::start(HashingOptions::new(1, 4)).unwrap();
    assert!(hasher.verify(Asker::NOBODY, stored.clone(), secret("old")).await.unwrap());
    assert!(!hasher.verify(Asker::NOBODY, stored, secret("new")).await.unwrap());
}

const SPEC_10: HashSpec = HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: 10, length: 64 };

#[tokio::test]
async fn what_waits_is_done_together_and_each_gets_its_own_answer() {
    let (hasher, seen) = watched(HashingOptions::new(1, 64));
    let stored = stored(SPEC, "right");
    let checks = (0..32).map(|number| {
        let password = if number % 3 == 0 { "right" } else { "wrong" };
        hasher.verify(asker(number), stored.clone(), secret(password))
    });
    let answers = futures_util::future::join_all(checks).await;
    for (number, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.unwrap(), number % 3 == 0, "{number}");
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 32);
    let widest = seen.iter().map(|one| one.together).max().unwrap();
    assert_eq!(widest, Width::best().lanes());
    let right = seen.iter().filter(|one| one.outcome == HashOutcome::Fits).count();
    assert_eq!(right, 11);
    assert!(seen.iter().all(|one| one.algorithm == "pbkdf2-sha512"));
}

#[tokio::test]
async fn a_flood_from_one_address_does_not_starve_another() {
    let width = Width::ONE;
    let (hasher, seen) = watched(HashingOptions { width, ..HashingOptions::new(1, 64) });
    let stored = stored(SPEC, "right");
    let flood: Vec<_> = (0..30)
        .map(|_| {
            let (hasher, stored) = (hasher.clone(), stored.clone());
            tokio::spawn(async move { hasher.verify(asker(1), stored, secret("wrong")).await })
        })
        .collect();
    while hasher.load().waiting < 20 {
        tokio::task::yield_now().await;
    }
    assert!(hasher.verify(asker(2), stored, secret("right")).await.unwrap());
    let before = seen.lock().unwrap().len();
    assert!(before <= 20, "the second address waited for {before} hashes of the first");
    for one in flood {
        assert!(!one.await.unwrap().unwrap());
    }
}

#[tokio::test]
async fn work_of_another_kind_is_not_put_off_for_ever() {
    let (hasher, _) = watched(HashingOptions::new(1, 64));
    let stored = stored(SPEC, "right");
    let over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let flood: Vec<_> = (0..20)
        .map(|number| {
            let (hasher, stored, over) = (hasher.clone(), stored.clone(), Arc::clone(&over));
            tokio::spawn(async move {
                while !over.load(std::sync::atomic::Ordering::Relaxed) {
                    hasher.verify(asker(number), stored.clone(), secret("x")).await.unwrap();
                }
            })
        })
        .collect();
    while hasher.load().waiting == 0 {
        tokio::task::yield_now().await;
    }
    let bcrypt = HashSpec::Bcrypt { cost: 4 };
    let made = hasher.hash(Asker::NOBODY, bcrypt, secret("x"), [1; 16]);
    let made = tokio::time::timeout(Duration::from_secs(10), made).await;
    over.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(made.unwrap().unwrap().starts_with(":bcrypt:"));
    for one in flood {
        one.await.unwrap();
    }
}

#[tokio::test]
async fn what_needs_more_memory_than_there_may_be_is_refused_with_a_reason() {
    let hasher =
        Hasher::start(HashingOptions { memory_kib: 100, ..HashingOptions::new(2, 4) }).unwrap();
    let spec = |memory_kib| HashSpec::Argon2id { memory_kib, time: 1, lanes: 1 };
    let refused = hasher.hash(Asker::NOBODY, spec(101), secret("x"), [1; 16]).await;
    assert!(matches!(refused, Err(AuthError::Hashing(text)) if text.contains("101 KiB")));
    // Two that fit one by one but not together are done one after the other.
    let one = hasher.hash(Asker::NOBODY, spec(64), secret("x"), [1; 16]);
    let two = hasher.hash(Asker::NOBODY, spec(64), secret("x"), [1; 16]);
    let (one, two) = tokio::join!(one, two);
    assert_eq!(one.unwrap(), two.unwrap());
}

#[tokio::test]
async fn parameters_that_cannot_be_followed_are_an_error() {
    let hasher = Hasher::start(HashingOptions::new(1, 4)).unwrap();
    let none = HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: 0, length: 64 };
    let failed = hasher.hash(Asker::NOBODY, none, secret("x"), [1; 16]).await;
    assert!(matches!(failed, Err(AuthError::Hashing(_))));
}

#[tokio::test]
async fn who_went_away_is_passed_over() {
    let width = Width::ONE;
    let (hasher, seen) = watched(HashingOptions { width, ..HashingOptions::new(1, 64) });
    let stored = stored(SPEC, "right");
    let mut gone = Vec::new();
    for number in 0..20 {
        let (hasher, stored) = (hasher.clone(), stored.clone());
        gone.push(tokio::spawn(
            async move { hasher.verify(asker(number), stored, secret("x")).await },
        ));
    }
    while hasher.load().waiting < 15 {
        tokio::task::yield_now().await;
    }
    gone.iter().for_each(tokio::task::JoinHandle::abort);
    assert!(hasher.verify(asker(99), stored, secret("right")).await.unwrap());
    assert!(seen.lock().unwrap().len() < 15);
}

#[tokio::test]
async fn it_says_how_long_each_hash_waited_and_took() {
    let width = Width::ONE;
    let (hasher, seen) = watched(HashingOptions { width, ..HashingOptions::new(1, 4) });
    let stored = stored(SPEC, "right");
    let one = hasher.verify(Asker::NOBODY, stored.clone(), secret("a"));
    let two = hasher.verify(Asker::NOBODY, stored, secret("b"));
    let (one, two) = tokio::join!(one, two);
    assert!(one.is_ok() && two.is_ok());
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|one| one.together == 1 && !one.took.is_zero()));
    assert!(seen[1].waited * 2 >= seen[0].took, "the second waits for the first: {seen:?}");
}

#[tokio::test]
async fn the_load_counts_attempts() {
    let hasher = Hasher::start(HashingOptions::new(1, 4)).unwrap();
    assert_eq!(hasher.load(), Load { places: 0, waiting: 0 });
    let place = hasher.place(Asker::NOBODY).unwrap();
    assert_eq!(hasher.load().places, 1);
    drop(place);
    assert_eq!(hasher.load().places, 0);
}

#[tokio::test]
async fn what_waits_is_finished_when_the_last_handle_goes() {
    let hasher = Hasher::start(HashingOptions::new(1, 64)).unwrap();
    let stored = stored(SPEC, "right");
    let answers: Vec<_> = (0..10)
        .map(|number| {
            let (hasher, stored) = (hasher.clone(), stored.clone());
            tokio::spawn(async move { hasher.verify(asker(number), stored, secret("right")).await })
        })
        .collect();
    drop(hasher);
    for answer in answers {
        assert!(answer.await.unwrap().unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_waits_only_so_long_and_an_operator_as_long_as_it_takes() {
    // Time that is paused goes on to the next limit as soon as there is nothing but to wait.
    let spec = HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: 300_000, length: 64 };
    let hasher = Hasher::start(HashingOptions::new(1, 4)).unwrap();
    let request = hasher.hash(asker(1), spec, secret("x"), [1; 16]).await;
    assert!(matches!(request, Err(AuthError::Busy)), "{request:?}");
    let command = hasher.hash(Asker::OPERATOR, spec, secret("x"), [1; 16]).await;
    assert_eq!(command.unwrap(), spec.hash(b"x", &[1; 16]).unwrap());
}
