// Pages work without this; it only shortens the way.
document.documentElement.classList.add("js");

// After a refused form, the summary is read out and the keyboard starts there.
document.querySelector(".nhsuk-error-summary")?.focus();

// A list of people that narrows while the name is typed. The plain form beside it does the same with one more click.
for (const field of document.querySelectorAll("[data-suggest]")) {
  const list = document.getElementById(field.getAttribute("list"));
  let asked = 0;
  field.addEventListener("input", async () => {
    const mine = ++asked;
    if (field.value.length < 2) return;
    const answer = await fetch(`${field.dataset.suggest}&search=${encodeURIComponent(field.value)}`);
    if (!answer.ok || mine !== asked) return;
    const { items } = await answer.json();
    list.replaceChildren(...items.map((person) => new Option(person.detail, person.name)));
  });
}

// A page that waits for work asks again; without this, its own refresh does.
const waiting = document.querySelector("[data-waiting]");
if (waiting) setTimeout(() => location.reload(), 1500);
