//! The JSON in `oathauth_users.data`, OATHAuth's table up to MediaWiki 1.41: the recovery codes
//! ("scratch tokens") stand within the key.

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::row::LONGEST;
use super::{RecoveryCode, RowError, TotpSecret};

const TOKENS: &str = "scratch_tokens";

/// `{"keys":[{"secret":…,"scratch_tokens":[…]}]}`, or one such key by itself. The tokens of old
/// rows are one text with commas.
#[derive(Clone)]
pub struct LegacyRow {
    value: Value,
    secrets: Vec<TotpSecret>,
    /// Each token with the number of its key.
    codes: Vec<(usize, RecoveryCode)>,
}

impl Drop for LegacyRow {
    fn drop(&mut self) {
        for key in keys_mut(&mut self.value) {
            for value in key.values_mut() {
                match value {
                    Value::String(text) => text.zeroize(),
                    Value::Array(list) => list.iter_mut().for_each(|entry| {
                        if let Value::String(text) = entry {
                            text.zeroize();
                        }
                    }),
                    _ => {}
                }
            }
        }
    }
}

fn keys_mut(value: &mut Value) -> Vec<&mut Map<String, Value>> {
    let Value::Object(members) = value else { return Vec::new() };
    if !members.contains_key("keys") {
        return vec![members];
    }
    match members.get_mut("keys") {
        Some(Value::Array(keys)) => keys.iter_mut().filter_map(Value::as_object_mut).collect(),
        _ => Vec::new(),
    }
}

impl LegacyRow {
    /// Reads a row.
    ///
    /// # Errors
    /// [`RowError::Form`] where it holds no key that can be used.
    pub fn read(data: &[u8]) -> Result<Self, RowError> {
        if data.len() > LONGEST {
            return Err(RowError::Form);
        }
        let value = serde_json::from_slice(data).map_err(|_| RowError::Form)?;
        let mut row = Self { value, secrets: Vec::new(), codes: Vec::new() };
        for (number, key) in keys_mut(&mut row.value).into_iter().enumerate() {
            let secret = key.get("secret").and_then(Value::as_str);
            row.secrets.push(secret.and_then(TotpSecret::from_base32).ok_or(RowError::Form)?);
            let tokens: Vec<&str> = match key.get(TOKENS) {
                Some(Value::String(text)) => text.split(',').collect(),
                Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            let tokens = tokens.into_iter().map(str::trim).filter(|token| !token.is_empty());
            row.codes.extend(tokens.map(|token| (number, RecoveryCode::stored(token))));
        }
        if row.secrets.is_empty() { Err(RowError::Form) } else { Ok(row) }
    }

    /// The secrets of its keys.
    pub fn secrets(&self) -> &[TotpSecret] {
        &self.secrets
    }

    /// Recovery codes that are left.
    pub fn count(&self) -> usize {
        self.codes.len()
    }

    /// Takes the recovery code that was typed out of the row, however often it is there; whether it
    /// was. All codes are looked at, whichever it is.
    pub fn take(&mut self, typed: &str) -> bool {
        let before = self.codes.len();
        self.codes.retain(|(_, code)| !code.is(typed));
        if self.codes.len() == before {
            return false;
        }
        for (number, key) in keys_mut(&mut self.value).into_iter().enumerate() {
            if key.contains_key(TOKENS) {
                let left = self.codes.iter().filter(|(of, _)| *of == number);
                let left = left.map(|(_, code)| Value::from(code.reveal())).collect();
                key.insert(TOKENS.to_owned(), Value::Array(left));
            }
        }
        true
    }

    /// The row as it is stored.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(&self.value).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_a_list_and_of_a_text_with_commas_are_read() {
        for tokens in [r#"["AAAA","BBBB"]"#, r#""AAAA,BBBB""#, r#"" AAAA , BBBB ,""#] {
            let data = format!(
                r#"{{"keys":[{{"secret":"JBSWY3DPEHPK3PXP","scratch_tokens":{tokens}}}]}}"#
            );
            let mut row = LegacyRow::read(data.as_bytes()).unwrap();
            assert_eq!((row.secrets().len(), row.count()), (1, 2), "{tokens}");
            assert!(row.take("AAAA"));
            assert!(!row.take("AAAA"));
            let stored = String::from_utf8(row.to_bytes().to_vec()).unwrap();
            assert_eq!(
                stored,
                r#"{"keys":[{"secret":"JBSWY3DPEHPK3PXP","scratch_tokens":["BBBB"]}]}"#
            );
        }
    }

    #[test]
    fn one_key_may_stand_by_itself_and_none_is_no_row() {
        let row = LegacyRow::read(br#"{"secret":"JBSWY3DPEHPK3PXP","scratch_tokens":null}"#);
        assert_eq!(row.unwrap().count(), 0);
        for bad in ["", "[]", "{}", r#"{"keys":[]}"#, r#"{"keys":[{}]}"#, r#"{"secret":"1"}"#] {
            assert!(LegacyRow::read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
