/** What all views of the console share: they refresh while they are visible, and report results and errors. */
import { AbortedError, ApiError } from '@aislechat/client';
import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { colors, controls } from '../base-style.ts';
import { SteadyElement } from '../steady-element.ts';
import { type Route, readRoute } from './route.ts';
import type { Session } from './session.ts';
import { consoleStyle } from './style.ts';
import { zoneChanges } from './zone.ts';

export abstract class ConsoleView extends SteadyElement {
  static override properties: PropertyDeclarations = {
    session: { attribute: false },
    route: { attribute: false },
    problem: { state: true },
    silence: { state: true },
    done: { state: true },
  };
  static override styles = [colors, controls, consoleStyle];

  declare session: Session;
  declare route: Route;
  /** Why the last action failed. */
  declare problem: string | undefined;
  /** Why the view cannot refresh. */
  declare silence: string | undefined;
  /** The result of the last action. */
  declare done: string | undefined;
  /** How often to refresh, in ms; undefined to load only once. */
  protected readonly everyMs: number | undefined = undefined;
  /** Whether leaving the view would lose something that was entered. */
  isEdited = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isLooking = false;

  constructor() {
    super();
    this.route = readRoute('');
  }

  /** Loads what the view shows. */
  protected abstract look(): Promise<void>;

  /** The filters and the page are in the query of the address. */
  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('route') as Route | undefined;
    if (before && String(before.query) !== String(this.route.query)) void this.lookAgain();
  }

  #redraw = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    zoneChanges.addEventListener('change', this.#redraw);
    void this.lookAgain();
    if (this.everyMs === undefined) return;
    document.addEventListener('visibilitychange', this.#wake);
    this.#timer = setInterval(this.#wake, this.everyMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    zoneChanges.removeEventListener('change', this.#redraw);
    document.removeEventListener('visibilitychange', this.#wake);
    clearInterval(this.#timer);
  }

  #wake = (): void => {
    if (document.visibilityState === 'visible' && !this.#isLooking) void this.lookAgain();
  };

  protected async lookAgain(): Promise<void> {
    const { session } = this;
    this.#isLooking = true;
    try {
      await this.look();
      this.silence = undefined;
    } catch (error) {
      // The session was replaced meanwhile, so its error does not matter.
      if (session === this.session) this.silence = this.#sentenceOf(error);
    } finally {
      this.#isLooking = false;
    }
    if (session !== this.session) await this.lookAgain();
  }

  /** Runs an action, shows its result, and refreshes. @param work returns the text to show */
  protected async act(work: () => Promise<string | undefined>): Promise<void> {
    this.problem = undefined;
    this.done = undefined;
    try {
      this.done = await work();
      await this.lookAgain();
    } catch (error) {
      this.problem = this.#sentenceOf(error);
    }
    await this.#showNote();
  }

  /** The result may be above the visible part of the page. */
  async #showNote(): Promise<void> {
    await this.updateComplete;
    const note = this.renderRoot.querySelector(this.problem === undefined ? '.done' : '.problem');
    if (note?.textContent) note.scrollIntoView({ block: 'nearest' });
  }

  #sentenceOf(error: unknown): string | undefined {
    if (error instanceof AbortedError) return undefined;
    if (!(error instanceof ApiError)) return `${(error as Error).message}.`;
    if (error.status === 401 && !this.session.isRenewing)
      this.dispatchEvent(new Event('session-ended', { bubbles: true, composed: true }));
    const errors = error.problems.map(({ metaKey, message }) =>
      metaKey === undefined ? message : `${metaKey} ${message}`,
    );
    return `${(errors.length > 0 ? errors : [error.message]).join('; ')}.`;
  }

  /** Always in the page, because screen readers announce only changes of existing elements. */
  protected notes(): TemplateResult {
    return html`<p class="problem" role="alert">${this.problem ?? this.silence ?? nothing}</p>
      <p class="done" role="status">${this.done ?? nothing}</p>`;
  }
}
