/**
 * Signs in with the token that an address has behind its `#`, such as the one that the demo prints. That part is never
 * sent to a server, and it is taken out of the address before anything else happens.
 */
const token = new URLSearchParams(location.hash.slice(1)).get('token');
const field = document.querySelector('input[name="token"]');
if (token !== null && field !== null) {
  history.replaceState(null, '', location.pathname + location.search);
  field.value = token;
  field.form.requestSubmit();
}
