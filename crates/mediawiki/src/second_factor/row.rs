//! The JSON in `oathauth_devices.oad_data`, plain or encrypted. Members that are not known here are
//! kept as they are.

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::{FactorKey, NONCE_BYTES, RecoveryCode, TotpSecret, base32};

/// Longest row, as in MediaWiki's column.
pub(super) const LONGEST: usize = 65_535;

/// Why a row cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// It is no JSON of the form that its kind has.
    #[error("the row is not of the form that its kind has")]
    Form,
    /// It is encrypted, and no key is set.
    #[error("the row is encrypted, and there is no key")]
    NoKey,
    /// It is encrypted with another key, or was changed.
    #[error("the row was encrypted with another key, or changed since")]
    WrongKey,
}

/// A JSON object whose texts are wiped when it is dropped.
#[derive(Clone)]
struct Members(Map<String, Value>);

impl Drop for Members {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        _ => {}
    }
}

impl Members {
    fn read(data: &[u8]) -> Result<Self, RowError> {
        if data.len() > LONGEST {
            return Err(RowError::Form);
        }
        match serde_json::from_slice(data) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(RowError::Form),
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// The nonce marks what is encrypted.
    fn nonce(&self) -> Option<&str> {
        self.text("nonce").filter(|nonce| !nonce.is_empty())
    }

    /// A text of the row in the plain.
    fn open(&self, text: &str, key: Option<&FactorKey>) -> Result<Zeroizing<String>, RowError> {
        match (self.nonce(), key) {
            (None, _) => Ok(Zeroizing::new(text.to_owned())),
            (Some(_), None) => Err(RowError::NoKey),
            (Some(nonce), Some(key)) => key.open(text, nonce).ok_or(RowError::WrongKey),
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        if let Some(mut old) = self.0.insert(name.to_owned(), value) {
            wipe(&mut old);
        }
    }

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(&self.0).unwrap_or_default())
    }
}

/// A row of the kind [`TOTP`](super::TOTP): `{"secret":…,"friendly_name":…}`, with `nonce` where it
/// is encrypted. Old rows have `scratch_tokens` besides, which MediaWiki 1.45 takes no notice of.
#[derive(Clone)]
pub struct TotpRow {
    secret: TotpSecret,
    members: Members,
}

impl TotpRow {
    /// A new row, encrypted where there is a key.
    pub fn new(secret: TotpSecret, key: Option<(&FactorKey, [u8; NONCE_BYTES])>) -> Self {
        let mut members = Members(Map::new());
        members.set("secret", Value::from(secret.to_base32().as_str()));
        if let Some((key, nonce)) = key {
            encrypt_secret(&mut members, &secret, key, nonce);
        }
        members.set("friendly_name", Value::Null);
        Self { secret, members }
    }

    /// Reads a row.
    ///
    /// # Errors
    /// Where it cannot be used.
    pub fn read(data: &[u8], key: Option<&FactorKey>) -> Result<Self, RowError> {
        let members = Members::read(data)?;
        let text = members.text("secret").ok_or(RowError::Form)?;
        let secret = TotpSecret::from_base32(&members.open(text, key)?).ok_or(RowError::Form)?;
        Ok(Self { secret, members })
    }

    /// The same row under a name that its holder gave it.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.members.set("friendly_name", Value::from(name));
        self
    }

    /// The name that its holder gave it.
    pub fn name(&self) -> Option<&str> {
        self.members.text("friendly_name").filter(|name| !name.is_empty())
    }

    /// The secret.
    pub fn secret(&self) -> &TotpSecret {
        &self.secret
    }

    /// Whether it is stored encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.members.nonce().is_some()
    }

    /// Encrypts a plain row; `false`: it is encrypted already.
    pub fn encrypt(&mut self, key: &FactorKey, nonce: [u8; NONCE_BYTES]) -> bool {
        !self.is_encrypted() && encrypt_secret(&mut self.members, &self.secret, key, nonce)
    }

    /// The row as it is stored.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.members.to_bytes()
    }
}

fn encrypt_secret(
    members: &mut Members,
    secret: &TotpSecret,
    key: &FactorKey,
    nonce: [u8; NONCE_BYTES],
) -> bool {
    let Some(sealed) = key.seal(&secret.to_base32(), &nonce) else { return false };
    members.set("secret", Value::from(sealed));
    members.set("nonce", Value::from(base32::padded(&nonce)));
    true
}

/// A row of the kind [`RECOVERY_CODES`](super::RECOVERY_CODES): `{"recoverycodekeys":[…]}`, with
/// one `nonce` for all where they are encrypted. That is MediaWiki's form: two boxes of one nonce
/// show how their codes differ, to whoever has the rows and one of the codes.
#[derive(Clone)]
pub struct RecoveryRow {
    /// Each code with its place in the stored list.
    codes: Vec<(usize, RecoveryCode)>,
    members: Members,
}

const CODES: &str = "recoverycodekeys";

impl RecoveryRow {
    /// A new row, encrypted where there is a key.
    pub fn new(codes: &[RecoveryCode], key: Option<(&FactorKey, [u8; NONCE_BYTES])>) -> Self {
        let mut row = Self { codes: Vec::new(), members: Members(Map::new()) };
        row.replace(codes, key);
        row
    }

    /// Reads a row. Entries that are no texts (codes for a time, which later versions know) are
    /// not read.
    ///
    /// # Errors
    /// Where it cannot be used.
    pub fn read(data: &[u8], key: Option<&FactorKey>) -> Result<Self, RowError> {
        let members = Members::read(data)?;
        let Some(Value::Array(list)) = members.0.get(CODES) else { return Err(RowError::Form) };
        let mut codes = Vec::with_capacity(list.len());
        for (place, entry) in list.iter().enumerate() {
            if let Value::String(text) = entry {
                codes.push((place, RecoveryCode::stored(members.open(text, key)?.as_str())));
            }
        }
        Ok(Self { codes, members })
    }

    /// Codes that are left.
    pub fn count(&self) -> usize {
        self.codes.len()
    }

    /// Whether they are stored encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.members.nonce().is_some()
    }

    /// Takes the code that was typed out of the row, however often it is there; whether it was. All
    /// codes are looked at, whichever it is.
    pub fn take(&mut self, typed: &str) -> bool {
        let is_it: Vec<bool> = self.codes.iter().map(|(_, code)| code.is(typed)).collect();
        let mut gone = Vec::new();
        for ((place, _), is_it) in self.codes.iter().zip(is_it) {
            if is_it {
                gone.push(*place);
            }
        }
        self.codes.retain(|(place, _)| !gone.contains(place));
        for (place, _) in &mut self.codes {
            *place -= gone.iter().filter(|gone| **gone < *place).count();
        }
        if let Some(Value::Array(list)) = self.members.0.get_mut(CODES) {
            for place in gone.iter().rev() {
                if *place < list.len() {
                    wipe(&mut list.remove(*place));
                }
            }
        }
        !gone.is_empty()
    }

    /// Encrypts a plain row; `false`: it is encrypted already.
    pub fn encrypt(&mut self, key: &FactorKey, nonce: [u8; NONCE_BYTES]) -> bool {
        if self.is_encrypted() {
            return false;
        }
        let Some(Value::Array(list)) = self.members.0.get_mut(CODES) else { return false };
        let mut sealed = Vec::with_capacity(self.codes.len());
        for (_, code) in &self.codes {
            let Some(text) = key.seal(code.reveal(), &nonce) else { return false };
            sealed.push(text);
        }
        for ((place, _), text) in self.codes.iter().zip(sealed) {
            if let Some(entry) = list.get_mut(*place) {
                wipe(entry);
                *entry = Value::from(text);
            }
        }
        self.members.set("nonce", Value::from(base32::padded(&nonce)));
        true
    }

    /// Puts these codes in the place of all that the row holds.
    pub fn replace(
        &mut self,
        codes: &[RecoveryCode],
        key: Option<(&FactorKey, [u8; NONCE_BYTES])>,
    ) {
        self.codes = codes.iter().cloned().enumerate().collect();
        let plain = codes.iter().map(|code| Value::from(code.reveal())).collect();
        self.members.set(CODES, Value::Array(plain));
        if let Some(mut nonce) = self.members.0.shift_remove("nonce") {
            wipe(&mut nonce);
        }
        if let Some((key, nonce)) = key {
            self.encrypt(key, nonce);
        }
    }

    /// The row as it is stored.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        self.members.to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    fn key() -> FactorKey {
        FactorKey::from_hex(&"ab".repeat(32)).unwrap()
    }

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_plain_row_is_read_and_written_as_it_was_with_all_members() {
        let stored = format!(r#"{{"secret":"{SECRET}","friendly_name":"폰","later":[1]}}"#);
        let row = TotpRow::read(stored.as_bytes(), None).unwrap();
        assert_eq!(row.secret().to_base32().as_str(), SECRET);
        assert_eq!((text(&row.to_bytes()), row.name()), (stored.as_str(), Some("폰")));
        let codes = r#"{"recoverycodekeys":["AAAA",["BBBB",{"expiry":1}],"CCCC"]}"#;
        let mut row = RecoveryRow::read(codes.as_bytes(), None).unwrap();
        assert_eq!(row.count(), 2);
        assert!(row.take("CC CC"));
        assert_eq!(text(&row.to_bytes()), r#"{"recoverycodekeys":["AAAA",["BBBB",{"expiry":1}]]}"#);
    }

    #[test]
    fn an_encrypted_row_needs_its_key() {
        let secret = TotpSecret::from_base32(SECRET).unwrap();
        let row = TotpRow::new(secret.clone(), Some((&key(), [1; 24])));
        let stored = row.to_bytes();
        assert!(!text(&stored).contains(SECRET));
        let other = FactorKey::from_hex(&"cd".repeat(32)).unwrap();
        assert_eq!(TotpRow::read(&stored, None).err(), Some(RowError::NoKey));
        assert_eq!(TotpRow::read(&stored, Some(&other)).err(), Some(RowError::WrongKey));
        let read = TotpRow::read(&stored, Some(&key())).unwrap();
        assert_eq!(read.secret(), &secret);
        assert!(read.is_encrypted());
    }

    #[test]
    fn a_plain_row_stays_readable_when_a_key_is_set_and_can_be_encrypted() {
        let stored = format!(r#"{{"secret":"{SECRET}","friendly_name":null,"nonce":null}}"#);
        let mut row = TotpRow::read(stored.as_bytes(), Some(&key())).unwrap();
        assert!(row.encrypt(&key(), [2; 24]));
        assert!(!row.encrypt(&key(), [3; 24]), "once is enough");
        let again = TotpRow::read(&row.to_bytes(), Some(&key())).unwrap();
        assert_eq!(again.secret().to_base32().as_str(), SECRET);
    }

    #[test]
    fn all_codes_of_a_row_share_one_nonce_and_those_that_stay_are_not_sealed_anew() {
        let codes: Vec<RecoveryCode> =
            (0..3_u8).map(|seed| RecoveryCode::new([seed; 10])).collect();
        let row = RecoveryRow::new(&codes, Some((&key(), [4; 24])));
        let before: Value = serde_json::from_slice(&row.to_bytes()).unwrap();
        assert!(before["nonce"].is_string());
        let mut read = RecoveryRow::read(&row.to_bytes(), Some(&key())).unwrap();
        assert!(read.take(codes[1].reveal()));
        let after: Value = serde_json::from_slice(&read.to_bytes()).unwrap();
        assert_eq!(after["nonce"], before["nonce"]);
        assert_eq!(after[CODES][0], before[CODES][0]);
        assert_eq!(after[CODES][1], before[CODES][2]);
    }

    #[test]
    fn a_code_that_is_there_twice_is_good_once() {
        let stored = r#"{"recoverycodekeys":["AAAA","BBBB",[1],"AAAA","CCCC"]}"#;
        let mut row = RecoveryRow::read(stored.as_bytes(), None).unwrap();
        assert!(row.take("AAAA"));
        assert_eq!(text(&row.to_bytes()), r#"{"recoverycodekeys":["BBBB",[1],"CCCC"]}"#);
        assert!(!row.take("AAAA"));
        assert!(row.take("CCCC"));
        assert_eq!(text(&row.to_bytes()), r#"{"recoverycodekeys":["BBBB",[1]]}"#);
    }

    #[test]
    fn new_codes_take_the_place_of_the_old_ones() {
        let mut row = RecoveryRow::read(br#"{"recoverycodekeys":["AAAA"],"x":1}"#, None).unwrap();
        let codes = [RecoveryCode::new([9; 10])];
        row.replace(&codes, None);
        assert!(!row.take("AAAA"));
        assert!(row.take(codes[0].reveal()));
        assert_eq!(text(&row.to_bytes()), r#"{"recoverycodekeys":[],"x":1}"#);
        row.replace(&codes, Some((&key(), [5; 24])));
        row.replace(&codes, Some((&key(), [6; 24])));
        let again = RecoveryRow::read(&row.to_bytes(), Some(&key())).unwrap();
        assert_eq!(again.count(), 1);
    }

    #[test]
    fn what_is_no_row_is_refused() {
        for bad in
            ["", "null", "[]", "{}", r#"{"secret":1}"#, r#"{"secret":""}"#, r#"{"secret":"!"}"#]
        {
            assert_eq!(TotpRow::read(bad.as_bytes(), None).err(), Some(RowError::Form), "{bad}");
            assert!(RecoveryRow::read(bad.as_bytes(), None).is_err(), "{bad}");
        }
        let long = format!(r#"{{"recoverycodekeys":["{}"]}}"#, "A".repeat(70_000));
        assert!(RecoveryRow::read(long.as_bytes(), None).is_err());
    }
}
