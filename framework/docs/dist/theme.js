// Sets the chosen theme before the first paint; without a choice the system's holds.
try {
  const theme = localStorage.getItem('utilmeta.theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // storage is refused: the system's theme
}
