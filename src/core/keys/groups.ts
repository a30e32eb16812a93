const NONE: ReadonlySet<never> = new Set<never>();

/** Items by a name that several may share, each group in the order in which they came. */
export class Groups<Item> {
  private readonly groups = new Map<unknown, Set<Item>>();

  get(name: unknown): ReadonlySet<Item> {
    return this.groups.get(name) ?? NONE;
  }

  add(name: unknown, item: Item): void {
    const group = this.groups.get(name);
    if (group) group.add(item);
    else this.groups.set(name, new Set([item]));
  }

  remove(name: unknown, item: Item): void {
    this.groups.get(name)?.delete(item);
  }
}
