/** What keys mean in a form. */

interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  /** Whether an input method is at work, whose keys these are. */
  readonly isComposing: boolean;
}

export function pressed({ key, ctrlKey, metaKey, altKey, shiftKey, isComposing }: Press, mac: boolean): 'save' | 'close' | undefined {
  if (isComposing || altKey || shiftKey) return undefined;
  if (key === 'Escape' && !ctrlKey && !metaKey) return 'close';
  return key === 'Enter' && (mac ? metaKey && !ctrlKey : ctrlKey && !metaKey) ? 'save' : undefined;
}
