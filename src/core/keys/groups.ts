const NONE: ReadonlySet<never> = new Set<never>();

/** Items by a name that several may share, each group in the order in which they came. */
export class Groups<Item> {
  private readonly groups = new Map<unknown, Set<Item>>();

  get(name: unknown): ReadonlySet<Item> {
    return this.groups.get(name) ?? NONE;
  }

  add(name: unknown, item: Item): void {
    this.group(name).add(item);
  }

  remove(name: unknown, item: Item): void {
    this.group(name).delete(item);
  }

  private group(name: unknown): Set<Item> {
    const group = this.groups.get(name) ?? new Set();
    this.groups.set(name, group);
    return group;
  }
}
