//! Letters as an image that people read more easily than programs: turned, bent, crossed by lines.
//! It is drawn when it is asked for, from the letters and a seed, and kept nowhere.

mod letters;
mod png;

use letters::{ALPHABET, Stroke};

/// Width and height in pixels.
const SIZE: (f32, f32) = (250.0, 90.0);
const WIDTH: usize = 250;
const HEIGHT: usize = 90;
/// Into how many pieces a line is cut, each bent by itself.
const PIECES: u8 = 6;

/// The letter that a random byte stands for.
pub(super) fn letter(byte: u8) -> char {
    let place = usize::from(byte) % ALPHABET.len();
    ALPHABET.get(place).map_or('a', |(letter, _)| *letter)
}

/// The letters as PNG. The same letters with the same seed give the same image.
#[expect(clippy::cast_possible_truncation, reason = "a shade is between 0 and 255")]
pub(super) fn draw(text: &str, seed: u64) -> Vec<u8> {
    let mut chance = Chance(seed);
    let mut paper = Paper { ink: vec![0.0; WIDTH * HEIGHT] };
    let bend = Bend::by(&mut chance);
    let step = (SIZE.0 - 20.0) / text.chars().count().max(1) as f32;
    for (place, letter) in (0_u8..).zip(text.chars()) {
        let strokes = ALPHABET.iter().find(|(known, _)| *known == letter).map(|(_, s)| *s);
        let middle = 10.0 + step * (f32::from(place) + 0.5) + chance.within(3.0);
        let pose = Pose::by(&mut chance, (middle, SIZE.1 / 2.0));
        let thick = 1.7 + chance.within(0.5);
        for stroke in strokes.unwrap_or_default() {
            paper.stroke(stroke, &pose, &bend, thick);
        }
    }
    for _ in 0..4 {
        paper.wave(&mut chance);
    }
    let pixels = paper.ink.iter().map(|ink| {
        let shade = 235.0 - ink.min(1.0) * 185.0 + chance.within(20.0);
        shade.clamp(0.0, 255.0) as u8 | 0x0f
    });
    png::encode(WIDTH, &pixels.collect::<Vec<u8>>())
}

/// Numbers that look random (SplitMix64). They say nothing about the letters, which were drawn
/// apart from the seed.
struct Chance(u64);

impl Chance {
    /// A number from `-most` to `most`.
    fn within(&mut self, most: f32) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let high = u16::try_from(mixed >> 48).unwrap_or_default();
        most * (f32::from(high) / 32_767.5 - 1.0)
    }
}

type Point = (f32, f32);

/// Where a letter stands, how large and how crooked.
struct Pose {
    middle: Point,
    scale: Point,
    slant: f32,
    turn: Point,
}

impl Pose {
    fn by(chance: &mut Chance, middle: Point) -> Self {
        let angle = chance.within(0.3);
        Self {
            middle: (middle.0, middle.1 + chance.within(6.0)),
            scale: (5.6 + chance.within(0.8), 6.4 + chance.within(0.9)),
            slant: chance.within(0.25),
            turn: (angle.cos(), angle.sin()),
        }
    }

    fn place(&self, (x, y): Point) -> Point {
        let (x, y) = ((x - 2.0) * self.scale.0, (y - 4.0) * self.scale.1);
        let x = x - y * self.slant;
        let (cos, sin) = self.turn;
        (self.middle.0 + x * cos - y * sin, self.middle.1 + x * sin + y * cos)
    }
}

/// How the whole image is bent.
struct Bend {
    /// How far, how often, and from where, along each axis.
    along: [(f32, f32, f32); 2],
}

impl Bend {
    fn by(chance: &mut Chance) -> Self {
        let mut one =
            |far: f32, often: f32| (far, often + chance.within(often / 4.0), chance.within(3.2));
        Self { along: [one(3.5, 0.09), one(6.0, 0.045)] }
    }

    fn place(&self, (x, y): Point) -> Point {
        let [(far_x, often_x, from_x), (far_y, often_y, from_y)] = self.along;
        (x + far_x * (y * often_x + from_x).sin(), y + far_y * (x * often_y + from_y).sin())
    }
}

/// How dark each pixel is, from 0 to 1.
struct Paper {
    ink: Vec<f32>,
}

impl Paper {
    fn stroke(&mut self, points: Stroke, pose: &Pose, bend: &Bend, thick: f32) {
        for pair in points.windows(2) {
            let [from, to] = pair else { continue };
            let point = |piece: u8| {
                let part = f32::from(piece) / f32::from(PIECES);
                let between = |a: i8, b: i8| f32::from(a) + (f32::from(b) - f32::from(a)) * part;
                bend.place(pose.place((between(from.0, to.0), between(from.1, to.1))))
            };
            for piece in 0..PIECES {
                self.line(point(piece), point(piece + 1), thick);
            }
        }
    }

    /// A line across the image.
    fn wave(&mut self, chance: &mut Chance) {
        let height = SIZE.1 / 2.0 + chance.within(26.0);
        let (far, often) = (9.0 + chance.within(5.0), 0.04 + chance.within(0.02));
        let (from, slope) = (chance.within(3.2), chance.within(0.12));
        let thick = 0.8 + chance.within(0.3);
        let point = |piece: u8| {
            let x = f32::from(piece) * 5.0;
            (x, height + slope * (x - SIZE.0 / 2.0) + far * (x * often + from).sin())
        };
        for piece in 0..50 {
            self.line(point(piece), point(piece + 1), thick);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a place that is too far off is cut off")]
    fn line(&mut self, from: Point, to: Point, thick: f32) {
        let reach = thick + 1.0;
        let span = |a: f32, b: f32, end: usize| {
            let low = (a.min(b) - reach).max(0.0) as usize;
            let high = (a.max(b) + reach).max(0.0) as usize + 1;
            low..high.min(end)
        };
        for y in span(from.1, to.1, HEIGHT) {
            for x in span(from.0, to.0, WIDTH) {
                let ink = (thick + 0.5 - distance((x as f32, y as f32), from, to)).clamp(0.0, 1.0);
                if let Some(there) = self.ink.get_mut(y * WIDTH + x) {
                    *there = there.max(ink);
                }
            }
        }
    }
}

/// From a point to the nearest of a line.
fn distance(point: Point, from: Point, to: Point) -> f32 {
    let (along, away) = ((to.0 - from.0, to.1 - from.1), (point.0 - from.0, point.1 - from.1));
    let length = along.0 * along.0 + along.1 * along.1;
    let part = if length > 0.0 { (along.0 * away.0 + along.1 * away.1) / length } else { 0.0 };
    let part = part.clamp(0.0, 1.0);
    (away.0 - along.0 * part).hypot(away.1 - along.1 * part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_follows_from_its_letters_and_its_seed() {
        assert_eq!(draw("abcdef", 1), draw("abcdef", 1));
        assert_ne!(draw("abcdef", 1), draw("abcdef", 2));
        assert_ne!(draw("abcdef", 1), draw("abcdeh", 1));
    }

    #[test]
    fn every_letter_leaves_its_own_ink_within_the_image() {
        let mut all = std::collections::HashSet::new();
        for (letter, strokes) in ALPHABET {
            let mut chance = Chance(7);
            let mut paper = Paper { ink: vec![0.0; WIDTH * HEIGHT] };
            let bend = Bend::by(&mut chance);
            let pose = Pose::by(&mut chance, (125.0, 45.0));
            for stroke in strokes {
                paper.stroke(stroke, &pose, &bend, 1.7);
            }
            let dark = paper.ink.iter().filter(|ink| **ink > 0.5).count();
            assert!((60..1500).contains(&dark), "{letter}: {dark}");
            let edge =
                (0..WIDTH).any(|x| paper.ink[x] > 0.0 || paper.ink[(HEIGHT - 1) * WIDTH + x] > 0.0);
            assert!(!edge, "{letter} leaves the image");
            assert!(
                all.insert(paper.ink.iter().map(|ink| *ink > 0.5).collect::<Vec<_>>()),
                "{letter}"
            );
        }
    }

    #[test]
    fn letters_are_drawn_equally_often() {
        for (letter, _) in ALPHABET {
            let drawn = (0..=u8::MAX).filter(|byte| super::letter(*byte) == letter).count();
            assert_eq!(drawn, 16, "{letter}");
        }
    }
}
