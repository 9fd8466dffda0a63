// KDE's libmediawiki, which speaks XML only: it logs in by action=login, its token from NeedToken.

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkReply>
#include <QTextStream>
#include <QXmlStreamReader>

#include <login.h>
#include <logout.h>
#include <mediawiki.h>
#include <querysiteinfogeneral.h>

using namespace mediawiki;

// It has no job for userinfo, so that goes over its own connection, with its cookies.
static QJsonObject whoAmI(MediaWiki &wiki) {
    QUrl url = wiki.url();
    url.setQuery(QStringLiteral("action=query&meta=userinfo&uiprop=groups&format=xml"));
    QNetworkReply *reply = wiki.manager()->get(QNetworkRequest(url));
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    QJsonObject who;
    QJsonArray groups;
    for (QXmlStreamReader xml(reply); !xml.atEnd(); xml.readNext()) {
        if (!xml.isStartElement()) continue;
        if (xml.name() == QLatin1String("userinfo")) {
            who["name"] = xml.attributes().value("name").toString();
            who["anon"] = xml.attributes().hasAttribute("anon");
        }
        if (xml.name() == QLatin1String("g")) groups.append(xml.readElementText());
    }
    who["groups"] = groups;
    return who;
}

int main(int argc, char **argv) {
    QCoreApplication program(argc, argv);
    QFile input;
    input.open(stdin, QIODevice::ReadOnly);
    const QJsonObject asked = QJsonDocument::fromJson(input.readAll()).object();
    MediaWiki wiki(QUrl(asked["origin"].toString() + "/w/api.php"));

    QString name = asked["user"].toString();
    if (asked.contains("app")) name += "@" + asked["app"].toString();
    Login login(wiki, name, asked["password"].toString());
    login.setAutoDelete(false);
    if (!login.exec()) {
        QTextStream(stderr) << "not logged in: error " << login.error() << "\n";
        return 1;
    }
    QJsonObject said = whoAmI(wiki);
    said["client"] = "libmediawiki with Qt " QT_VERSION_STR;
    said["how"] = "login";

    QuerySiteInfoGeneral site(wiki);
    site.setAutoDelete(false);
    QObject::connect(
        &site,
        static_cast<void (QuerySiteInfoGeneral::*)(const Generalinfo &)>(&QuerySiteInfoGeneral::result),
        [&said](const Generalinfo &general) { said["site"] = general.siteName(); });
    site.exec();

    Logout logout(wiki);
    logout.setAutoDelete(false);
    logout.exec();
    said["left"] = whoAmI(wiki)["anon"].toBool();
    QTextStream(stdout) << QJsonDocument(said).toJson(QJsonDocument::Compact) << "\n";
}
