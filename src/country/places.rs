//! Places that people write where a country is asked for: parts of countries, and what lies inside China and North
//! Korea.
//!
//! Beside the country's own name (`California, USA`) a part only confirms it. Alone it is asked about, but for the
//! parts of the United Kingdom, which are countries to those who live there, and for places from which a letter would
//! endanger its writer.

use super::territory::Territory;
use crate::plain_text::has_word;

/// What a folded name is, beside a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The country it lies in.
    pub(super) country: Territory,
    /// What it is, in a sentence.
    pub(super) what: What,
}

/// What a place is to its country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A city or region inside a country from which nobody is led to write.
    Inside,
    /// A land whose people live in exile too: where does the signer live?
    Exile,
    /// A state or province, written out.
    State,
}

/// The place that goes by this folded name.
pub(super) fn named(folded: &str) -> Option<Place> {
    let tables = [(INSIDE, What::Inside), (EXILE, What::Exile), (STATES, What::State)];
    tables.into_iter().find_map(|(table, what)| {
        let country = Territory::of_code(look(table, folded)?)?;
        Some(Place { country, what })
    })
}

/// The folded names of places inside countries from which nobody is led to write, each with its country.
pub(crate) fn inside_danger() -> impl Iterator<Item = (&'static str, Territory)> {
    INSIDE.iter().flat_map(|(code, names)| {
        let country = Territory::of_code(code);
        names.split_whitespace().filter_map(move |name| Some((name, country?)))
    })
}

/// The country of the state that a text abbreviates: `GA`, `Ga.`, `Calif.`
pub(super) fn of_short_state(folded: &str) -> Option<Territory> {
    look(SHORT_STATES, folded).and_then(Territory::of_code)
}

/// The countries that a nickname or the name of a people hints at.
pub(super) fn hinted(folded: &str) -> Vec<Territory> {
    let rows = HINTS.iter().filter(|(_, words)| has_word(words, folded));
    rows.filter_map(|(code, _)| Territory::of_code(code)).collect()
}

/// The part of the United Kingdom that a folded name is.
pub(super) fn is_part_of_the_united_kingdom(folded: &str) -> bool {
    "england scotland wales northernireland nireland".split(' ').any(|part| part == folded)
}

type Table = &'static [(&'static str, &'static str)];

fn look(table: Table, folded: &str) -> Option<&'static str> {
    table.iter().find(|(_, names)| has_word(names, folded)).map(|(code, _)| *code)
}

const INSIDE: Table = &[
    (
        "CN",
        "beijing peking pekin pechino pekín пекин пекін 北京 北京市 베이징 북경 shanghai schanghai шанхай 上海 上海市 상하이 상해 \
         guangzhou canton 广州 廣州 광저우 shenzhen 深圳 선전 심천 tianjin tientsin 天津 톈진 천진 chongqing chungking 重庆 重慶 \
         충칭 중경 wuhan 武汉 武漢 우한 chengdu 成都 청두 xian 西安 nanjing nanking 南京 난징 hangzhou 杭州 항저우 suzhou 苏州 蘇州 \
         shenyang mukden 沈阳 瀋陽 선양 심양 dalian dairen 大连 大連 다롄 대련 harbin 哈尔滨 哈爾濱 하얼빈 할빈 changchun 长春 長春 \
         장춘 qingdao tsingtao 青岛 青島 칭다오 jinan 济南 xiamen amoy 厦门 廈門 fuzhou 福州 ningbo 宁波 kunming 昆明 guiyang \
         nanning zhengzhou 郑州 changsha 长沙 nanchang hefei taiyuan shijiazhuang lanzhou xining yinchuan hohhot urumqi urumchi \
         ürümqi ürümchi 乌鲁木齐 wulumuqi kashgar kashi 喀什 yanji 延吉 연길 옌지 yanbian 延边 연변 dandong 丹东 단동 단둥 tumen \
         도문 hunchun 훈춘 jilin 吉林 길림 지린 liaoning 辽宁 遼寧 랴오닝 요녕 heilongjiang 黑龙江 헤이룽장 흑룡강 hebei 河北 henan \
         河南 hubei 湖北 hunan 湖南 hainan 海南 guangdong kwangtung 广东 廣東 광둥 guangxi 广西 fujian fukien 福建 푸젠 zhejiang 浙江 \
         jiangsu 江苏 jiangxi 江西 anhui 安徽 shandong shantung 山东 山東 산둥 shanxi shaanxi 山西 陕西 sichuan szechuan szechwan \
         四川 쓰촨 yunnan 云南 雲南 윈난 guizhou gansu 甘肃 qinghai 青海 ningxia innermongolia 内蒙古 內蒙古 내몽골 manchuria 满洲 \
         중국동북3성 xinjiang sinkiang 新疆 新疆维吾尔自治区 신장 xinjianguyghurautonomousregion xinjianguyghur xinjianguygur",
    ),
    (
        "KP",
        "pyongyang pjöngjang pjongjang pyeongyang phyongyang пхеньян 平壌 平壤 평양 평양시 wonsan 원산 chongjin 청진 hamhung 함흥 \
         sinuiju 신의주 hyesan 혜산 kaesong 개성 nampo 남포 rason rajin najin 라선 라진 나선 나진 musan 무산 hoeryong 회령 kanggye \
         강계 sariwon 사리원 haeju 해주 kimchaek 김책 ryanggang yanggang 량강도 양강도 northhamgyong 함경북도 southhamgyong 함경남도 \
         northpyongan southpyongan 평안북도 평안남도 northhwanghae southhwanghae 황해북도 황해남도 chagang 자강도",
    ),
    ("HK", "kowloon 九龍 九龙 newterritories 新界 hongkongisland wanchai tsimshatsui shatin"),
    ("MO", "taipa coloane"),
];

const EXILE: Table = &[(
    "CN",
    "tibet 西藏 西藏自治区 チベット 티베트 тибет tibetautonomousregion xizang lhasa 拉萨 拉薩 라싸 shigatse eastturkestan eastturkistan \
     uyghuristan uighuristan 東トルキスタン southernmongolia",
)];

const STATES: Table = &[
    (
        "US",
        "alabama alaska arizona arkansas california colorado connecticut delaware districtofcolumbia washingtondc florida georgia \
         hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi \
         missouri montana nebraska nevada newhampshire newjersey newmexico newyork newyorkstate northcarolina northdakota ohio \
         oklahoma oregon pennsylvania rhodeisland southcarolina southdakota tennessee texas utah vermont virginia washington \
         washingtonstate westvirginia wisconsin wyoming",
    ),
    (
        "CA",
        "alberta britishcolumbia manitoba newbrunswick newfoundland newfoundlandandlabrador novascotia ontario princeedwardisland \
         quebec saskatchewan nunavut yukon northwestterritories",
    ),
    (
        "AU",
        "newsouthwales queensland southaustralia tasmania victoria westernaustralia northernterritory australiancapitalterritory",
    ),
    (
        "DE",
        "bavaria bayern badenwurttemberg brandenburg hessen hesse niedersachsen lowersaxony nordrheinwestfalen \
         northrhinewestphalia rheinlandpfalz sachsen saxony sachsenanhalt schleswigholstein thuringen thuringia",
    ),
];

const SHORT_STATES: Table = &[
    (
        "US",
        "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc \
         sd tn tx ut vt va wa wv wi wy ala alas ariz ark calif cal colo conn del fla ill ind kan kans ken mass mich minn miss mont \
         neb nebr nev okla ore oreg penn penna tenn tex wash wis wisc wyo",
    ),
    ("CA", "ab bc mb nb nl ns on ont pe pei qc que sk nt nu yt"),
    ("AU", "nsw qld sa tas vic wa nt act"),
];

const HINTS: &[(&str, &str)] = &[
    ("AU", "aussie australian oz"),
    ("CA", "canadian"),
    ("CH", "swiss"),
    ("DE", "german"),
    ("ES", "spanish"),
    ("FR", "french"),
    ("GB", "british brit english scottish scots welsh"),
    ("IT", "italian"),
    ("JP", "japanese"),
    ("KR", "korean"),
    ("KP", "korean"),
    ("NL", "dutch"),
    ("NZ", "kiwi"),
    ("PS", "gaza gazastrip palestinian"),
    ("SA", "saudi arabia"),
    ("US", "american"),
];

#[cfg(test)]
mod tests {
    use super::{EXILE, INSIDE, STATES};
    use crate::country::fold::fold;
    use crate::country::table;

    #[test]
    fn every_name_is_folded_and_no_country_but_georgia_goes_by_it() {
        for (country, names) in [INSIDE, EXILE, STATES].concat() {
            for name in names.split_whitespace() {
                let countries: Vec<&str> = table::named(&fold(name)).collect();
                assert!(countries.is_empty() || name == "georgia", "{country}: {name}: {countries:?}");
            }
        }
    }
}
