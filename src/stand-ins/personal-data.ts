/** The one customer that both vendors talk about: obviously nobody, and easy to find where it must not be. */
export const customer = {
  email: 'nobody.personal@example.invalid',
  firstName: 'Nobody-Firstname',
  lastName: 'Nobody-Lastname',
  phone: '+1-555-0100-9999',
  street: '1 Nowhere-Personal Street',
  street2: 'Flat Nowhere-Personal',
  city: 'Nowhereville-Personal',
  state: 'ZZ',
  zip: '99950',
  country: 'US',
} as const;

/** The values a leak test looks for; the short ones would be found by chance and are left out. */
export const personalValues: readonly string[] = Object.values(customer).filter((value) => value.length > 5);
