//! The stored forms are rows that a MediaWiki 1.45 wrote and accepted.

use proptest::prelude::*;

use super::*;

const PASSWORD: &[u8] = b"Hash-pass-1!";

const ROWS: [(&str, PasswordKind); 8] = [
    (":A:d513b9ecfb6a53d25b2badd7d2ef82b3", PasswordKind::UnsaltedMd5),
    (":B:8b9c1e2f:a6336e5f5b023c846d35a2cb28d212fe", PasswordKind::SaltedMd5),
    (
        ":pbkdf2:sha512:30000:64:cue8GpnfQX2VSMV2kH4glA==:fmOQ31fYo1grampRJURZ79Ey+JZBUoUto9tYfkM9kg64JxTxvMT8w1ZW3ngM7luzz16120bKWyRdnEXKqNocRA==",
        PasswordKind::Pbkdf2,
    ),
    (
        ":pbkdf2:sha256:10000:128:EREREREREREREREREREREQ==:0GwbMw5s/36RrWgyM/xIeTafyADYveLkVN/Kxz4kBtprTTukqnaR9ZbA2qzuqZvK8OBwnnIHpCKgtIH6Gxv1jBmfjVo0QrHjsBZLnMByIWw5DOdmrrRTdlHXnqFl802PZ57k2aoNOrczWc3EXj3k17RmXo0r/IX1Pbt9pHptu+g=",
        PasswordKind::Pbkdf2,
    ),
    (":bcrypt:9$/UVwMegbLg.cMDD5pthQV.$oSE273125UlmK4IdH4FFZFdMjFsuwMe", PasswordKind::Bcrypt),
    (
        ":argon2:$argon2id$v=19$m=65536,t=4,p=1$YUNMYjNHT2N3WFJ4bGVRUg$i1Cb2T9r0csqKqPbNMufg/ABrLtQT6gYqR8oGlWf0sg",
        PasswordKind::Argon2,
    ),
    (
        ":pbkdf2-legacyA:!sha512:30000:64!!+MISGSYiAIIlhAV9wKgpFQ==!6oFxyfxJZagHnlgUUwg0D3kKmAc1UgBSL71GY3Co4u+4H+Cu5HNBTjvTU7IUHFbJlTv48aT5b5uLvr7gbZ7Atg==",
        PasswordKind::Pbkdf2LegacyA,
    ),
    (
        ":pbkdf2-legacyB:!sha512:30000:64!8b9c1e2f!dw5XxJKbIMGFP0/cNKi/Zg==!tqmAQyC3faYrpTmC2Ko+vKXoNKpfAwW955lfake6i2z2zQZt6YVQLLGLKFqmZ1pn+ITNJR+o8lfY2gPpxs0XEg==",
        PasswordKind::Pbkdf2LegacyB,
    ),
];

#[test]
fn every_type_that_mediawiki_writes_verifies() {
    for (row, kind) in ROWS {
        let stored = StoredPassword::parse(row);
        assert_eq!(stored.kind(), kind, "{row}");
        assert!(stored.verify(PASSWORD), "{row}");
        assert!(!stored.verify(b"Hash-pass-1"), "{row}");
        assert!(!stored.is_invalid());
    }
}

#[test]
fn a_bare_md5_takes_the_users_id_as_salt() {
    const BARE: &str = "0f606764b636263160c10a6b37f2e520";
    assert!(StoredPassword::parse_for_user(BARE, 24).verify(PASSWORD));
    assert!(!StoredPassword::parse_for_user(BARE, 25).verify(PASSWORD));
    assert!(StoredPassword::parse(BARE).is_invalid());
    let row = ROWS[0].0;
    assert_eq!(StoredPassword::parse_for_user(row, 24), StoredPassword::parse(row));
}

#[test]
fn type_a_with_a_salt_is_read_as_type_b() {
    let row = ROWS[1].0.replace(":B:", ":A:");
    assert!(StoredPassword::parse(&row).verify(PASSWORD));
}

#[test]
fn what_is_no_password_never_verifies() {
    for row in [
        "",
        "*",
        ":",
        "::",
        ":A",
        ":A:",
        ":A:D513B9ECFB6A53D25B2BADD7D2EF82B3",
        ":nosuchtype:abc",
        ":B:abc",
        ":pbkdf2:sha512:0:64:AA==:AA==",
        ":pbkdf2:rot13:1:1:AA==:AA==",
        ":pbkdf2:sha512:1:2:AA==:AA==",
        ":pbkdf2:sha512:1:1:AA==",
        ":pbkdf2:sha512:1:1:é:AA==",
        ":bcrypt:9$short$short",
        ":bcrypt:é$/UVwMegbLg.cMDD5pthQV.$oSE273125UlmK4IdH4FFZFdMjFsuwMe",
        ":bcrypt:9$éUVwMegbLg.cMDD5pthQV$oSE273125UlmK4IdH4FFZFdMjFsuwMe",
        ":argon2:",
        ":argon2:$argon2d$v=19$m=65536,t=4,p=1$YUNMYjNHT2N3WFJ4bGVRUg$i1Cb2T9r",
        ":argon2:$argon2id$v=19$m=65536,t=4$YUNMYjNHT2N3WFJ4bGVRUg$i1Cb2T9r",
    ] {
        let stored = StoredPassword::parse(row);
        assert!(stored.is_invalid(), "{row}");
        assert!(!stored.verify(b""), "{row}");
    }
}

#[test]
fn parameters_beyond_the_limits_are_not_obeyed() {
    let row = |from: &str, to: &str| {
        let base = ROWS.map(|(row, _)| row).into_iter().find(|row| row.contains(from)).unwrap();
        StoredPassword::parse(&base.replace(from, to)).is_invalid()
    };
    assert!(row("sha512:30000:", "sha512:10000001:"));
    assert!(row("sha512:30000:", "sha512:99999999999:"));
    assert!(row(":64:", ":1025:"));
    assert!(row(":bcrypt:9$", ":bcrypt:3$"));
    assert!(row(":bcrypt:9$", ":bcrypt:21$"));
    assert!(row("m=65536", "m=1048577"));
    assert!(row("m=65536", "m=7"));
    assert!(row("t=4", "t=65"));
    assert!(row("t=4", "t=0"));
    assert!(row("p=1", "p=65"));
    assert!(row("v=19", "v=20"));
}

const SPECS: [HashSpec; 4] = [
    HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: 10, length: 64 },
    HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Whirlpool, rounds: 2, length: 100 },
    HashSpec::Argon2id { memory_kib: 64, time: 1, lanes: 2 },
    HashSpec::Bcrypt { cost: 4 },
];

#[test]
fn a_new_hash_is_read_back_as_what_it_is() {
    for spec in SPECS {
        let text = spec.hash("비밀번호".as_bytes(), &[7; 16]).unwrap();
        let stored = StoredPassword::parse(&text);
        assert!(stored.verify("비밀번호".as_bytes()), "{text}");
        assert!(text.len() <= 255);
        for other in SPECS {
            assert_eq!(other.matches(&stored), other == spec, "{text}");
        }
    }
}

#[test]
fn mediawikis_default_writes_mediawikis_rows() {
    let stored = StoredPassword::parse(ROWS[2].0);
    assert!(HashSpec::MEDIAWIKI_DEFAULT.matches(&stored));
    let StoredPassword::Pbkdf2(hash) = stored else { panic!("not PBKDF2") };
    let salt: [u8; 16] = hash.salt.try_into().unwrap();
    assert_eq!(HashSpec::MEDIAWIKI_DEFAULT.hash(PASSWORD, &salt).unwrap(), ROWS[2].0);
    for (row, _) in [ROWS[0], ROWS[3], ROWS[4], ROWS[6]] {
        assert!(!HashSpec::MEDIAWIKI_DEFAULT.matches(&StoredPassword::parse(row)), "{row}");
    }
}

#[test]
fn bcrypt_and_argon2_write_mediawikis_rows_too() {
    let StoredPassword::Bcrypt(hash) = StoredPassword::parse(ROWS[4].0) else { panic!() };
    assert_eq!(HashSpec::Bcrypt { cost: 9 }.hash(PASSWORD, &hash.salt).unwrap(), ROWS[4].0);
    let StoredPassword::Argon2(hash) = StoredPassword::parse(ROWS[5].0) else { panic!() };
    let spec = HashSpec::Argon2id { memory_kib: 65536, time: 4, lanes: 1 };
    assert_eq!(spec.hash(PASSWORD, &hash.salt.try_into().unwrap()).unwrap(), ROWS[5].0);
}

#[test]
fn a_specification_beyond_the_limits_is_an_error() {
    for spec in [
        HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha512, rounds: 0, length: 64 },
        HashSpec::Argon2id { memory_kib: 8, time: 1, lanes: 2 },
        HashSpec::Bcrypt { cost: 31 },
    ] {
        assert_eq!(spec.hash(PASSWORD, &[0; 16]), Err(HashError::Parameters));
    }
}

#[test]
fn bcrypt_ends_a_password_at_a_nul_and_at_72_bytes() {
    let stored = |password: &[u8]| {
        StoredPassword::parse(&HashSpec::Bcrypt { cost: 4 }.hash(password, &[1; 16]).unwrap())
    };
    assert!(stored(b"abc\0def").verify(b"abc"));
    assert!(stored(b"").verify(b"\0x"));
    assert!(stored(&[b'a'; 72]).verify(&[b'a'; 100]));
    assert!(!stored(&[b'a'; 71]).verify(&[b'a'; 72]));
}

#[test]
fn bcrypt_passes_over_spare_bits_of_a_salt() {
    // The last character of a salt cut from ordinary base64: `O` and `Q` differ in spare bits.
    let text = HashSpec::Bcrypt { cost: 4 }.hash(PASSWORD, &[0x41; 16]).unwrap();
    let at = text.find('$').unwrap() + 22;
    let mut odd = text.into_bytes();
    assert_eq!(odd[at], b'O');
    odd[at] = b'Q';
    assert!(StoredPassword::parse(&String::from_utf8(odd).unwrap()).verify(PASSWORD));
}

#[test]
fn equal_parameters_cost_the_same() {
    let cost = |row: usize| StoredPassword::parse(ROWS[row].0).cost();
    assert_eq!(cost(2), cost(6));
    assert_eq!(cost(2), cost(7));
    assert_ne!(cost(2), cost(3));
    assert_eq!(cost(0), cost(1));
    assert_eq!(StoredPassword::Invalid.cost(), Cost::Nothing);
}

#[test]
fn pbkdf2_can_be_computed_elsewhere() {
    for row in [2, 3, 6, 7] {
        let stored = StoredPassword::parse(ROWS[row].0);
        let (input, hash) = stored.pbkdf2_input(PASSWORD).unwrap();
        let mut output = vec![0; hash.length];
        hash.algo.derive(&input, &hash.salt, hash.rounds, &mut output);
        assert!(hash.matches(&output));
    }
    assert!(StoredPassword::parse(ROWS[0].0).pbkdf2_input(PASSWORD).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_password_verifies_against_its_own_hash(password: Vec<u8>, salt: [u8; 16]) {
        let spec = HashSpec::Pbkdf2 { algo: Pbkdf2Algo::Sha1, rounds: 2, length: 33 };
        let stored = StoredPassword::parse(&spec.hash(&password, &salt).unwrap());
        prop_assert!(stored.verify(&password));
        let mut other = password;
        other.push(1);
        prop_assert!(!stored.verify(&other));
    }

    #[test]
    fn any_row_is_read_without_panic(
        kind in "(A|B|pbkdf2|pbkdf2-legacyA|pbkdf2-legacyB|bcrypt|argon2)",
        rest in "[:!$,=a-z0-9é/+.]{0,60}",
    ) {
        let _ = StoredPassword::parse(&format!(":{kind}:{rest}"));
        let _ = StoredPassword::parse_for_user(&rest, 1);
    }
}
