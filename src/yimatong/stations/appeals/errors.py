"""Mistakes around disputes and complaints, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import Mistakes, Sentences, YimatongError

SENTENCES: Sentences = {
    "fact-not-yours": (
        "此事实不在您当前颜色的依据之中。",
        "this fact is none that your colour rests on now.",
        "请返回“为什么是这个颜色”，在相应依据下提出异议。",
        "go back to the page that says why, and object under the fact that you mean.",
    ),
    "words-missing": (
        "请写明哪里不对。",
        "please say what is wrong.",
        "用几句话说明情况，例如当天您在哪里。",
        "say it in a few sentences: where you were on that day, for example.",
    ),
    "words-too-long": (
        "说明超过 {most} 字。",
        "the words are longer than {most} characters.",
        "请缩短。",
        "please shorten them.",
    ),
    "not-your-person": (
        "您的账号不能为此人提出异议。",
        "your account cannot object for this person.",
        "请本人登录后提出。",
        "let them sign in and object themselves.",
    ),
    "complaint-phone": (
        "手机号不正确。",
        "the mobile number can't be right.",
        "填11位手机号；不需要短信告知的，可以不填。",
        "give the eleven digits, or leave it out if you don't want to be told by text.",
    ),
    "dispute-unknown": (
        "没有这条异议，或不在您的辖区。",
        "there is no such objection, or it is of another jurisdiction.",
        "从“异议”列表中打开。",
        "open it from the list of objections.",
    ),
    "dispute-settled": (
        "这条异议已经办结。",
        "this objection was settled before.",
        "刷新页面查看结果。",
        "reload the page to see the outcome.",
    ),
    "own-dispute": (
        "这条异议是您记下的，须由另一位工作人员办理。",
        "you wrote this objection down; another official settles it.",
        "交给本办公室的同事办理。",
        "leave it to a colleague of the office.",
    ),
    "record-not-behind": (
        "所选记录不是这条异议所说的事实的来源，或已经作废。",
        "a chosen record is none that the disputed fact rests on, or it was struck already.",
        "重新打开异议，从列出的记录中选择。",
        "open the objection again and choose among the records listed there.",
    ),
    "nothing-corrected": (
        "没有作废任何记录，而这件事实仍然有效。",
        "no record was struck, and the fact still counts.",
        "选择有误的记录；若只来自系统数据，先由来源部门撤回该批数据，再选“已更正”。",
        "choose the record that is wrong; where machine data alone say so, have their delivery withdrawn first.",
    ),
    "complaint-kind": (
        "请选择投诉的事由。",
        "choose what the complaint is about.",
        "从列表中选择一项；没有合适的选“其他”。",
        "choose one of the list; where none fits, choose other.",
    ),
    "complaint-too-long": (
        "说明超过 {most} 字。",
        "the words are longer than {most} characters.",
        "请缩短。",
        "please shorten them.",
    ),
    "complaint-checkpoint": (
        "没有这个卡点。",
        "there is no such checkpoint.",
        "核对劝返单或告示上的地址，或不写卡点直接投诉。",
        "check the address on the slip or the notice, or complain without naming a checkpoint.",
    ),
    "complaint-unknown": (
        "没有这个编号的投诉。",
        "there is no complaint of this number.",
        "核对回执上的 12 位编号。",
        "check the twelve signs of the receipt.",
    ),
    "complaint-not-yours": (
        "这条投诉不在您的辖区。",
        "this complaint is of another jurisdiction.",
        "由卡点所在辖区的防控办办理。",
        "the control office of the checkpoint's jurisdiction sees to it.",
    ),
    "complaint-done": (
        "这条投诉此前已经办理到这一步。",
        "this step of the complaint was done before.",
        "刷新页面查看。",
        "reload the page to see it.",
    ),
    "answer-missing": (
        "请写出答复（最多 {most} 字）。",
        "write the answer (at most {most} characters).",
        "说明查明的情况与处理结果；投诉人凭回执可以看到。",
        "say what was found and done; whoever has the receipt reads it.",
    ),
}


class AppealError(YimatongError):
    """Something about a dispute or a complaint that a person can mend."""


mistake = Mistakes(AppealError, SENTENCES)
