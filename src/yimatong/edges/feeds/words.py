"""The closed lists as people write them: our word -> every spelling that is accepted, the first being the one to use."""

from __future__ import annotations

ID_TYPES = {
    "resident": ("居民身份证", "身份证", "二代身份证", "港澳台居民居住证", "居住证", "resident", "id card"),
    "hk_macau": ("港澳居民来往内地通行证", "回乡证", "港澳通行证", "hk_macau", "home return permit"),
    "taiwan": ("台湾居民来往大陆通行证", "台胞证", "taiwan", "taiwan compatriot permit"),
    "foreign_permanent": ("外国人永久居留身份证", "永久居留证", "foreign_permanent", "permanent residence card"),
    "passport": ("护照", "外国护照", "passport"),
    "none": ("无证件", "无", "none"),
}
SEXES = {
    "female": ("女", "女性", "female", "f"),
    "male": ("男", "男性", "male", "m"),
    "unknown": ("未说明", "未知", "unknown"),
}
DECLARATIONS = {
    "self": ("本人", "本人申报", "自主申报", "self"),
    "desk": ("窗口", "代办", "现场代办", "desk"),
    "police": ("公安", "警方", "公安申报系统", "police"),
    "platform": ("省平台", "健康码平台", "platform"),
}
CASES = {
    "confirmed": ("确诊", "确诊病例", "confirmed"),
    "suspected": ("疑似", "疑似病例", "suspected"),
    "asymptomatic": ("无症状", "无症状感染者", "无症状感染", "asymptomatic"),
}
CONTACTS = {
    "confirmed": ("确诊病例", "确诊", "密接", "密切接触者", "confirmed"),
    "symptomatic": ("有症状者", "发热人员", "有发热或呼吸道症状者", "symptomatic"),
}
ORDERS = {
    "central": ("集中隔离", "集中", "集中医学观察", "central"),
    "home": ("居家隔离", "居家", "居家医学观察", "home"),
    "other": ("其他", "其他管控", "other"),
}
SYMPTOMS = {
    "fever": ("发热", "发烧", "fever"),
    "dyspnoea": ("呼吸困难", "气促", "气急", "dyspnoea", "dyspnea", "shortness of breath"),
    "respiratory": ("呼吸道症状", "咳嗽", "乏力干咳", "respiratory", "cough"),
}
TESTS = {
    "negative": ("阴性", "阴", "未检出", "(-)", "-", "negative", "neg"),
    "positive": ("阳性", "阳", "检出", "(+)", "+", "positive", "pos"),
    "invalid": ("无效", "作废", "样本不合格", "invalid"),
}
PERMITS = {
    "goods_driver": ("货运司机", "货运车辆驾驶员", "货车司机", "goods_driver"),
    "commuter": ("跨省通勤人员", "通勤人员", "通勤", "commuter"),
    "returning_worker": ("复工人员", "企业复工人员", "返岗人员", "returning_worker"),
}
PRESENCES = {
    "in_city": ("在市内", "在甬", "在城", "in_city", "in city"),
    "away": ("不在市内", "离甬", "在外地", "away"),
}
DISCHARGES = {
    "hospital": ("出院", "治愈出院", "hospital"),
    "quarantine": ("解除隔离", "隔离期满", "解除医学观察", "quarantine"),
}
