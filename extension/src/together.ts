/** Work that is asked for again while it is under way is done once, for all who ask. */
export class Together {
  private readonly doing = new Map<string, PromiseLike<unknown>>();

  /** What is under way by this name, which says what is asked and so what comes of it. */
  underWay<T>(name: string): PromiseLike<T> | undefined {
    return this.doing.get(name) as PromiseLike<T> | undefined;
  }

  /** Begin it; once it ends, however that is, the next who asks begins anew. */
  begin<T>(name: string, work: PromiseLike<T>): PromiseLike<T> {
    this.doing.set(name, work);
    const over = () => void this.doing.delete(name);
    work.then(over, over);
    return work;
  }
}
