"""`make test-browser`: what readers do, in Chromium, over the sample archive."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

pytestmark = [pytest.mark.node, pytest.mark.browser]
CHECKS = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
QASTALI = "person-husni-qastali"


@pytest.fixture(scope="module")
def known(served):
    """Return ids of things that the archive has, as the command line tells them."""
    articles = json.loads(served.musnad("search", "--limit", "100", "--copies", "--json"))[
        "articles"
    ]
    claims = json.loads(served.musnad("claims", "list", "--status", "disputed", "--json"))["claims"]
    busiest = max(articles, key=lambda a: len(a["claim_ids"]))
    copied = json.loads(served.musnad("search", "--limit", "100", "--json"))["articles"]
    copy = next(a for a in copied if a["copies"])
    return {"article": busiest["id"], "claim": claims[0]["id"], "copied": copy["id"]}


def addresses(known):
    return {
        "search": "/",
        "found": "/?q=زيارة&status=disputed",
        "nothing": "/?q=زيارة زرافة&status=denied",
        "unknown": "/?actor=حسني القسطلاني",
        "article": f"/articles/{known['article']}",
        "claims": "/claims",
        "claim": f"/claims/{known['claim']}",
        "actor": f"/actors/{QASTALI}",
        "outlet": "/outlets/outlet-warz",
        "copies": f"/copies/{known['copied']}",
        "contradictions": "/contradictions",
        "help": "/help",
    }


def choose_denial(page):
    """Choose the first denial of the article that is open; return its mark."""
    cue = page.locator("a.cue.stance-denies[id]").first
    cue.click()
    return cue


def test_searching_narrowing_and_taking_back(page):
    page.goto("/")
    page.get_by_label("كلمات").fill("زيارة")
    page.get_by_role("button", name="ابحث").click()
    everything = page.locator(".found > li").count()
    assert everything > 3
    expect(page.locator(".found mark").first).to_have_text(re.compile("زيار"))
    facet = page.get_by_role("complementary").get_by_role("link", name="متنازع فيه")
    count = int(facet.locator("xpath=following-sibling::span[@class='count']").inner_text())
    facet.click()
    expect(page).to_have_url(re.compile("status=disputed"))
    assert str(count) in page.locator("#results-title").inner_text() or count <= 2
    assert page.locator(".found > li").count() <= min(count, everything)
    page.get_by_role("link", name=re.compile("أزل.*متنازع")).click()
    expect(page.locator(".found > li")).to_have_count(everything)


def test_a_name_in_any_spelling(page):
    page.goto("/")
    page.get_by_text("تضييق البحث").first.click()
    page.get_by_label("جهة أو شخص").fill("للفريق القسطلي")
    page.get_by_label("جهة أو شخص").press("Enter")
    expect(page.locator("p.note").first).to_contain_text("حسني القسطلي")
    assert page.locator(".found > li").count() > 5


def test_a_mark_is_explained_beside_the_text_and_left_again(page, known):
    page.goto(f"/articles/{known['article']}")
    cue = page.locator("a.cue[id]").nth(3)
    cue.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    cue.click()
    number = cue.get_attribute("data-statement")
    card = page.locator(f".card[data-statement='{number}']")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()
    expect(card).to_contain_text(cue.inner_text())
    for told in ("القائل", "القاعدة", "الادعاء"):
        expect(card).to_contain_text(told)
    assert page.evaluate("scrollY") == before
    assert page.url.endswith("#s-" + card.get_attribute("id").removeprefix("s-"))
    lit = page.locator(".piece.lit")
    assert lit.count() >= 1
    assert all(
        f"-{number}" in c for c in lit.first.get_attribute("class").split() if c[:3] == "in-"
    )
    page.keyboard.press("Escape")
    expect(cue).to_be_focused()
    expect(page.locator(".lit")).to_have_count(0)


def test_a_denial_leads_to_its_claim_and_back_to_the_words(page, served):
    page.goto("/?q=ينفي&status=disputed")
    page.locator(".found h3 a").first.click()
    choose_denial(page)
    card = page.locator(".card.chosen")
    expect(card).to_contain_text("ينفي")
    card.locator(".claim-line a").click()
    expect(page.locator("h2", has_text="من قال ماذا ومتى")).to_be_visible()
    lines = page.locator(".timeline article.line")
    days = [line.get_attribute("datetime") for line in lines.locator("time").all()]
    assert days == sorted(days)
    relations = {line.get_attribute("class") for line in lines.all()}
    assert len(relations) > 1
    lines.first.locator(".meta a[href*='#c-']").click()
    cue = page.locator("a.cue:focus")
    expect(cue).to_be_in_viewport()
    expect(page.locator(".card.chosen")).to_have_count(1)


def test_a_name_leads_to_its_page(page):
    page.goto(f"/?actor={QASTALI}")
    page.locator(".found h3 a").first.click()
    page.locator(f"#text a.name[href='/actors/{QASTALI}']").first.click()
    expect(page.locator("h1")).to_have_text("حسني القسطلي")
    expect(page.locator("dl.record")).to_contain_text("أبو راكان")


def test_the_text_is_as_printed(page, served, known):
    article = json.loads(served.musnad("show", known["article"], "--json"))
    page.goto(f"/articles/{known['article']}")
    assert page.locator("#text").evaluate("e => e.textContent") == article["body"]
    # Marks part no letters: the words are as wide as without them.
    widths = page.evaluate(
        """() => { const e = document.getElementById('text'), bare = e.cloneNode();
           bare.textContent = e.textContent; bare.removeAttribute('id');
           for (const c of e.querySelectorAll('a.cue')) c.style.fontWeight = 'inherit';
           const marked = e.getBoundingClientRect().height;
           e.after(bare); const height = bare.getBoundingClientRect().height; bare.remove();
           return [marked, height]; }"""
    )
    assert widths[0] == pytest.approx(widths[1], abs=2)


def test_by_keyboard_alone(page):
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("كلمات")).to_be_focused()
    page.keyboard.type("زيارة سرية")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q="))
    first = page.locator(".found h3 a").first
    for _ in range(40):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth]; }"
        )
        assert shown == ["solid", "3px"]
        if first.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_visible()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.matches('a.cue')"):
            break
    cue = page.locator("a.cue:focus")
    anchor = cue.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.locator(".card.chosen")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".card.chosen a.number")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"[id='{anchor}']")).to_be_focused()


def test_the_same_page_in_the_other_language(page, known):
    page.goto(f"/claims/{known['claim']}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    claim = page.locator("h1").inner_text()
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("h1")).to_have_text(claim)
    expect(page.locator("h1")).to_have_attribute("dir", "rtl")
    expect(page.locator(".badge").first).to_have_text("disputed")
    page.get_by_role("link", name="Claims").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".search input[name=q]").fill("ملحق")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("lang=en"))
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")


def test_every_page_is_sound_and_narrow_ones_need_no_scrolling_aside(page, known, watch):
    wrong = {}
    for name, address in addresses(known).items():
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(address)
        if found := page.evaluate(CHECKS):
            wrong[name] = found
        # WCAG 1.4.10: at 320 pixels nothing is beside what is seen.
        page.set_viewport_size({"width": 320, "height": 640})
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wrong[f"{name}, narrow"] = width
    assert wrong == {}


def test_on_a_telephone_the_explanation_comes_up_from_below(page, known):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/articles/{known['article']}")
    cue = page.locator("a.cue[id]").nth(2)
    cue.click()
    card = page.locator(".card.chosen")
    expect(card).to_be_in_viewport()
    box, mark = card.bounding_box(), cue.bounding_box()
    assert mark["y"] > 0
    assert mark["y"] + mark["height"] <= box["y"]
    page.get_by_role("button", name="إغلاق").click()
    expect(card).to_have_count(0)


def test_printed_it_is_the_article(page, known):
    page.goto(f"/articles/{known['article']}")
    page.emulate_media(media="print")
    for selector in (".top nav", ".language", ".hint"):
        expect(page.locator(selector).first).to_be_hidden()
    for selector in ("h1", "#text", ".cite .address", ".card >> nth=0"):
        expect(page.locator(selector)).to_be_visible()
    ground = page.locator("a.cue.stance-denies, a.cue").first.evaluate(
        "e => getComputedStyle(e).backgroundColor"
    )
    assert ground == "rgba(0, 0, 0, 0)"
    sheet = page.pdf(format="A4")
    assert sheet.startswith(b"%PDF")
    assert sheet.count(b"/Type /Page\n") >= 2 or sheet.count(b"/Type /Page") >= 2


def test_without_javascript(chromium, served, known):
    context = chromium.new_context(
        base_url=served.url, java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(f"/articles/{known['article']}")
    cue = page.locator("a.cue[id]").nth(1)
    identifier = cue.get_attribute("id").removeprefix("c-")
    cue.click()
    assert page.url.endswith(f"#s-{identifier}")
    expect(page.locator(f"[id='s-{identifier}']")).to_be_in_viewport()
    page.locator(f"[id='s-{identifier}'] a.number").click()
    expect(page.locator(f"[id='c-{identifier}']")).to_be_in_viewport()
    page.goto("/")
    page.get_by_text("تضييق البحث").first.click()
    page.get_by_label("متنازع فيه").check()
    page.get_by_role("button", name="ابحث").click()
    expect(page.locator(".found > li").first).to_be_visible()
    context.close()


def test_the_policy_refuses_what_is_not_ours(page, watch):
    watch.expected += ["Content Security Policy", "violates the following"]
    page.goto("/help")
    with pytest.raises(Error):
        page.add_script_tag(content="window.was = 1")
    with pytest.raises(Error):
        page.add_style_tag(content="body { color: red }")
    assert page.evaluate("window.was") is None


def test_faults_are_told(page, watch):
    watch.expected += ["404", "400"]
    page.goto("/articles/nix")
    expect(page.locator("h1")).to_contain_text("nix")
    page.goto("/?since=gestern&lang=en")
    expect(page.locator("main")).to_contain_text("is not a date")
    page.get_by_role("link", name="Articles").last.click()
    expect(page.locator(".found > li").first).to_be_visible()
