//! Published values.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

mod common;

use common::{derive, widths};
use daemun_lanes::Job;

/// Password, salt, rounds, and output in hexadecimal.
type Vector = (&'static [u8], &'static [u8], u32, &'static str);

/// The inputs of RFC 6070 with what SHA-512 makes of them, as published by many (first by
/// stackoverflow.com/q/15593184).
const VECTORS: [Vector; 5] = [
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

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let pairs = hexadecimal.as_bytes().as_chunks::<2>().0;
    pairs
        .iter()
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn published_values_come_out_of_every_lane_of_every_width() {
    for width in widths() {
        for turn in 0..VECTORS.len() {
            // Turned, so that in time each vector is in each lane.
            let mut vectors: Vec<Vector> = VECTORS.repeat(2);
            vectors.rotate_left(turn);
            let expected: Vec<Vec<u8>> = vectors.iter().map(|vector| bytes(vector.3)).collect();
            let jobs: Vec<Job<'_>> = vectors
                .iter()
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
}
