//! Published values.

#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{sha256, sha512, widths};
use daemun_lanes::{Job, Width};

/// Password, salt, rounds, and output in hexadecimal.
type Vector = (&'static [u8], &'static [u8], u32, &'static str);

/// The inputs of RFC 6070 with what SHA-512 makes of them, as published by many (first by
/// stackoverflow.com/q/15593184).
const SHA512: [Vector; 5] = [
    (
        b"password",
        b"salt",
        1,
        "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252\
         c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce",
    ),
    (
        b"password",
        b"salt",
        2,
        "e1d9c16aa681708a45f5c7c4e215ceb66e011a2e9f0040713f18aefdb866d53c\
         f76cab2868a39b9f7840edce4fef5a82be67335c77a6068e04112754f27ccf4e",
    ),
    (
        b"password",
        b"salt",
        4096,
        "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5\
         143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5",
    ),
    (
        b"passwordPASSWORDpassword",
        b"saltSALTsaltSALTsaltSALTsaltSALTsalt",
        4096,
        "8c0511f4c6e597c6ac6315d8f0362e225f3c501495ba23b868c005174dc4ee71\
         115b59f9e60cd9532fa33e0f75aefe30225c583a186cd82bd4daea9724a3d3b8",
    ),
    (b"pass\0word", b"sa\0lt", 4096, "9d9e9c4cd21fe4be24d5b8244c759665"),
];

/// RFC 7914 §11.
const SHA256: [Vector; 2] = [
    (
        b"passwd",
        b"salt",
        1,
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc\
         49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
    ),
    (
        b"Password",
        b"NaCl",
        80_000,
        "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56\
         a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d",
    ),
];

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pairs = hexadecimal.as_bytes().as_chunks::<2>().0;
    pairs
        .iter()
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Derives each of the vectors in each lane.
fn hold(
    vectors: &[Vector],
    width: Width,
    lanes: usize,
    derive: fn(Width, &[Job<'_>], u32) -> Vec<Vec<u8>>,
) {
    for turn in 0..vectors.len() {
        let turned = vectors.iter().cycle().skip(turn).take(lanes.max(vectors.len()));
        let expected: Vec<Vec<u8>> = turned.clone().map(|vector| bytes(vector.3)).collect();
        let jobs: Vec<Job<'_>> = turned
            .zip(&expected)
            .map(|(&(password, salt, rounds, _), expected)| Job {
                password,
                salt,
                rounds,
                length: expected.len(),
            })
            .collect();
        assert_eq!(derive(width, &jobs, 1000), expected, "{width:?}");
    }
}

#[test]
fn published_values_of_sha_512_come_out_of_every_lane_of_every_width() {
    for width in widths() {
        hold(&SHA512, width, width.lanes(), sha512);
    }
}

#[test]
fn published_values_of_sha_256_come_out_of_every_lane_of_every_width() {
    for width in widths() {
        hold(&SHA256, width, 2 * width.lanes(), sha256);
    }
}
