//! `siprop=general`.

use crate::call::Call;
use crate::site::Site;
use crate::value::{Kind, Object, Value, list};

/// A PHP that MediaWiki 1.45 runs on: there is none here, but clients want one named.
const PHP_VERSION: &str = "8.2.36";

/// The facts in MediaWiki's order. Clients look for most of them and give up where one is missing;
/// what a login server has none of is what a new MediaWiki would say.
pub(super) fn describe(call: &Call<'_>) -> Object {
    let site = &call.api.site;
    let read_only = call.manager().environment().settings.read_only.clone();
    let script = format!("{}/index.php", site.script_path);
    let (database, version) = site.database.clone();
    Object::new()
        .with("mainpage", site.main_page.clone())
        .with("base", main_page_url(site))
        .with("sitename", site.name.clone())
        .with("mainpageisdomainroot", false)
        .with(
            "logo",
            format!("{}{}/resources/assets/change-your-logo.svg", site.server, site.script_path),
        )
        .with("generator", Site::GENERATOR)
        .with("phpversion", PHP_VERSION)
        .with("phpsapi", "fpm-fcgi")
        .with("dbtype", database)
        .with("dbversion", version)
        .with("imagewhitelistenabled", false)
        .with("langconversion", true)
        .with("linkconversion", true)
        .with("titleconversion", true)
        .with("linkprefixcharset", "")
        .with("linkprefix", "")
        .with("linktrail", "/^([a-z]+)(.*)$/sD")
        .with("legaltitlechars", " %!\"$&'()*,\\-.\\/0-9:;=?@A-Z\\\\^_`a-z~\\x80-\\xFF+")
        .with("invalidusernamechars", call.api.names.invalid_characters.clone())
        .with("allunicodefixes", false)
        .with("case", "first-letter")
        .with("lang", site.language.code().to_owned())
        .with("fallback", fallback(site))
        .with("rtl", site.language.direction() == "rtl")
        .with("fallback8bitEncoding", "windows-1252")
        .with("readonly", read_only.is_some())
        .with_some("readonlyreason", read_only)
        .with("writeapi", true)
        .with("maxarticlesize", 2_097_152)
        .with("timezone", "UTC")
        .with("timeoffset", 0)
        .with("articlepath", site.article_path.clone())
        .with("scriptpath", site.script_path.clone())
        .with("script", script)
        .with("variantarticlepath", Value::Flag(false))
        .with("server", site.server.clone())
        .with("servername", site.server_name().to_owned())
        .with("wikiid", site.wiki_id.clone())
        .with("time", call.now().to_iso())
        .with("misermode", false)
        .with("uploadsenabled", false)
        .with("maxuploadsize", 104_857_600)
        .with("minuploadchunksize", 1024)
        .with("galleryoptions", gallery())
        .with("thumblimits", numbered([120, 150, 180, 200, 250, 300]))
        .with("imagelimits", image_limits())
        .with("favicon", format!("{}/favicon.ico", site.server))
        .with("centralidlookupprovider", "local")
        .with("allcentralidlookupproviders", list("provider", ["local"]))
        .with("interwikimagic", true)
        .with("magiclinks", magic_links())
        .with("categorycollation", "uppercase")
        .with("nofollowlinks", true)
        .with("nofollownsexceptions", list("ns", Vec::<i64>::new()))
        .with("nofollowdomainexceptions", list("d", ["mediawiki.org"]))
        .with("externallinktarget", false)
}

/// The address of the main page.
pub(in crate::modules) fn main_page_url(site: &Site) -> String {
    format!("{}{}", site.server, site.links().url(&site.main_page))
}

/// Languages whose texts stand in for missing ones: English, unless it is the language itself.
fn fallback(site: &Site) -> Value {
    let english = (site.language.code() != "en").then(|| Object::new().with("code", "en"));
    list("lang", english)
}

fn gallery() -> Object {
    Object::new()
        .with("imagesPerRow", 0)
        .with("imageWidth", 120)
        .with("imageHeight", 120)
        .with("captionLength", true)
        .with("showBytes", true)
        .with("showDimensions", true)
        .with("mode", "traditional")
}

fn numbered(numbers: [i64; 6]) -> Object {
    let keys = ["0", "1", "2", "3", "4", "5"];
    keys.into_iter()
        .zip(numbers)
        .fold(Object::new(), |all, (key, number)| all.with(key, number))
        .kind(Kind::ListInVersion1)
        .numbered("limit")
}

fn image_limits() -> Object {
    let sizes = [(320, 240), (640, 480), (800, 600), (1024, 768), (1280, 1024), (2560, 2048)];
    let keys = ["0", "1", "2", "3", "4", "5"];
    keys.into_iter()
        .zip(sizes)
        .fold(Object::new(), |all, (key, (width, height))| {
            all.with(key, Object::new().with("width", width).with("height", height))
        })
        .kind(Kind::ListInVersion1)
        .numbered("limit")
}

fn magic_links() -> Object {
    Object::new().with("ISBN", false).with("PMID", false).with("RFC", false).kind(Kind::ListIfEmpty)
}
