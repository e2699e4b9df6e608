/** The look of the page: that of the system, or one that somebody has chosen in this browser. */
export type Theme = 'system' | 'light' | 'dark';

const key = 'utilmeta.theme'; // public/theme.js reads it before the first paint

function stored(): Theme {
  try {
    const t = localStorage.getItem(key);
    return t === 'light' || t === 'dark' ? t : 'system';
  } catch {
    return 'system';
  }
}

class ThemeChoice {
  current = $state<Theme>(stored());

  set(theme: Theme) {
    this.current = theme;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      if (theme === 'system') localStorage.removeItem(key);
      else localStorage.setItem(key, theme);
    } catch {
      // it holds until the page is left
    }
  }
}

export const theme = new ThemeChoice();
