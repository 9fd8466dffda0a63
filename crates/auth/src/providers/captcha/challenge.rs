//! What is asked and what is right, for the kinds that are judged here.

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use super::image;
use super::settings::{CaptchaKind, CaptchaSettings};
use crate::environment::Random;

/// Letters of an image.
const LETTERS: usize = 6;

/// Something to be solved, with its solution.
pub enum Challenge {
    /// One of the wiki's questions.
    Question {
        /// The question, as HTML.
        text: String,
        /// All that is right.
        answers: Vec<Zeroizing<String>>,
    },
    /// A sum.
    Arithmetic {
        /// The sum, up to the equals sign.
        text: String,
        /// What it makes.
        answer: i64,
    },
    /// Letters to be read.
    Image {
        /// The letters.
        letters: Zeroizing<String>,
        /// How they are distorted.
        seed: u64,
        /// What those who cannot see are asked instead.
        alternative: Option<Box<Challenge>>,
    },
}

impl Challenge {
    /// A new one of the wiki's kind; `None` where the kind is not judged here.
    pub(super) fn draw(settings: &CaptchaSettings, random: &Random) -> Option<Self> {
        Some(match settings.kind.as_ref()? {
            CaptchaKind::Question => Self::question(settings, random)?,
            CaptchaKind::Arithmetic => Self::arithmetic(random),
            CaptchaKind::Image { text_alternative } => {
                let alternative = text_alternative.then(|| {
                    Self::question(settings, random).unwrap_or_else(|| Self::arithmetic(random))
                });
                let letters = random.bytes::<LETTERS>();
                Self::Image {
                    letters: Zeroizing::new(letters.into_iter().map(image::letter).collect()),
                    seed: u64::from_le_bytes(random.bytes()),
                    alternative: alternative.map(Box::new),
                }
            }
            CaptchaKind::Token(_) => return None,
        })
    }

    fn question(settings: &CaptchaSettings, random: &Random) -> Option<Self> {
        let place = below(random, settings.questions.len());
        let question = settings.questions.get(place)?;
        Some(Self::Question {
            text: question.text.clone(),
            answers: question.answers.iter().cloned().map(Zeroizing::new).collect(),
        })
    }

    /// A first number up to 100, and one up to 10 added or taken away.
    fn arithmetic(random: &Random) -> Self {
        let number = |end| i64::try_from(below(random, end)).unwrap_or_default();
        let (first, second) = (number(101), number(11));
        if number(2) == 0 {
            Self::Arithmetic { text: format!("{first}+{second} ="), answer: first + second }
        } else {
            Self::Arithmetic { text: format!("{first}\u{2212}{second} ="), answer: first - second }
        }
    }

    /// Whether an answer is right. How long this takes says nothing about how right it is.
    pub(super) fn accepts(&self, given: &str) -> bool {
        match self {
            Self::Question { answers, .. } => {
                let given = Zeroizing::new(folded(given));
                let right = answers.iter().fold(Choice::from(0), |right, answer| {
                    right | same(&Zeroizing::new(folded(answer)), &given)
                });
                right.into()
            }
            Self::Arithmetic { answer, .. } => {
                let given = given.trim().replace('\u{2212}', "-");
                let given = given.parse::<i64>().map(|number| number.to_string());
                given.is_ok_and(|given| same(&answer.to_string(), &given).into())
            }
            Self::Image { letters, alternative, .. } => {
                let seen = bool::from(same(letters, given));
                let read = alternative.as_ref().is_some_and(|other| other.accepts(given));
                seen | read
            }
        }
    }

    /// The text that is shown to be answered, as HTML where [`Self::Question`]; `None` for images.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Question { text, .. } | Self::Arithmetic { text, .. } => Some(text),
            Self::Image { .. } => None,
        }
    }

    /// The image that is shown to be read, as PNG: the same each time.
    pub fn image(&self) -> Option<Vec<u8>> {
        match self {
            Self::Image { letters, seed, .. } => Some(image::draw(letters, *seed)),
            _ => None,
        }
    }

    /// What can be answered in the image's place.
    pub fn alternative(&self) -> Option<&Self> {
        match self {
            Self::Image { alternative, .. } => alternative.as_deref(),
            _ => None,
        }
    }
}

/// Questions are answered without regard to case and blanks around.
fn folded(answer: &str) -> String {
    answer.trim().to_lowercase()
}

fn same(right: &str, given: &str) -> Choice {
    right.as_bytes().ct_eq(given.as_bytes())
}

fn below(random: &Random, end: usize) -> usize {
    let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
    usize::try_from(u64::from_le_bytes(random.bytes()) % end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::captcha::settings::Question;

    fn settings(kind: CaptchaKind) -> CaptchaSettings {
        let question = Question {
            text: "What is the capital of Korea?".to_owned(),
            answers: vec!["Seoul".to_owned(), "서울".to_owned()],
        };
        let questions = vec![question];
        CaptchaSettings { kind: Some(kind), questions, ..CaptchaSettings::default() }
    }

    fn draw(kind: CaptchaKind) -> Challenge {
        Challenge::draw(&settings(kind), &Random::system()).unwrap()
    }

    #[test]
    fn a_question_takes_any_of_its_answers_in_any_case_with_blanks_around() {
        let question = draw(CaptchaKind::Question);
        for right in ["Seoul", " sEOUL ", "서울", "서울\n"] {
            assert!(question.accepts(right), "{right:?}");
        }
        for wrong in ["", "Seoul 서울", "Busan", "Seou"] {
            assert!(!question.accepts(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_sum_is_within_bounds_and_takes_its_result() {
        for _ in 0..500 {
            let sum = draw(CaptchaKind::Arithmetic);
            let Challenge::Arithmetic { text, answer } = &sum else { panic!("a sum") };
            let (numbers, _) = text.split_once(" =").unwrap();
            let plus = numbers.split_once('+').map(|pair| (pair, 1));
            let ((a, b), sign) = plus.or(numbers.split_once('−').map(|pair| (pair, -1))).unwrap();
            let (a, b): (i64, i64) = (a.parse().unwrap(), b.parse().unwrap());
            assert!((0..=100).contains(&a) && (0..=10).contains(&b), "{text}");
            assert_eq!(*answer, a + sign * b, "{text}");
            assert!(sum.accepts(&format!(" {answer} ")) && !sum.accepts(&format!("{answer}1")));
            assert!(!sum.accepts("") && !sum.accepts("one"));
        }
    }

    #[test]
    fn a_result_below_nothing_may_be_written_with_either_minus() {
        let sum = Challenge::Arithmetic { text: "3−8 =".to_owned(), answer: -5 };
        assert!(sum.accepts("-5") && sum.accepts("−5") && !sum.accepts("5"));
    }

    #[test]
    fn an_image_takes_exactly_its_letters_or_its_alternative() {
        let image = draw(CaptchaKind::Image { text_alternative: true });
        let Challenge::Image { letters, .. } = &image else { panic!("an image") };
        assert_eq!(letters.len(), LETTERS);
        assert!(image.accepts(letters) && image.accepts("seoul"));
        assert!(
            !image.accepts(&letters.to_uppercase()) && !image.accepts(&format!("{} ", **letters))
        );
        let only = draw(CaptchaKind::Image { text_alternative: false });
        assert!(!only.accepts("seoul") && only.alternative().is_none());
    }

    #[test]
    fn without_questions_an_images_alternative_is_a_sum() {
        let kind = CaptchaKind::Image { text_alternative: true };
        let settings = CaptchaSettings { questions: Vec::new(), ..settings(kind) };
        let image = Challenge::draw(&settings, &Random::system()).unwrap();
        assert!(image.alternative().unwrap().text().unwrap().ends_with(" ="));
    }
}
