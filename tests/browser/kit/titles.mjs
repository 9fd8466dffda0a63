// Addresses of the wiki's pages.

/** The title in an address. */
export function titleAt(address) {
  const { pathname, searchParams } = new URL(address);
  const title = searchParams.get('title') ?? decodeURIComponent(pathname.replace(/^\/(wiki|w)\//, ''));
  return title.replaceAll('_', ' ');
}
