// A function for the pages of the recipes in PHP.

/** Signs out of the widget in a page that has no form. The page may be replaced before that is done. */
const signOutWithoutForm = async () => {
  const { dataset } = document.getElementById("ae-login-data");
  const { createSession } = await import(dataset.module);
  const session = createSession({ baseUrl: dataset.baseUrl, brand: dataset.brand });
  await session.whenReady;
  await session.signOut();
};
