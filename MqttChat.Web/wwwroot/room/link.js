const answerWithin = 12000;

// Waits for answers, but not for those that a cut link will never bring: what waits would hold up what is sent when it is back.
export class Link {
  #waiting = new Set();

  away = false;

  cut() {
    this.away = true;
    for (const giveUp of [...this.#waiting]) giveUp(new Error('link cut'));
  }

  mend() { this.away = false; }

  within(promise) {
    let giveUp, timer;
    const late = new Promise((_, reject) => {
      giveUp = reject;
      timer = setTimeout(() => reject(new Error('no answer')), answerWithin);
      this.#waiting.add(giveUp);
    });
    return Promise.race([promise, late]).finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(giveUp);
    });
  }
}
