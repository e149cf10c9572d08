/** What `--help` shows, at the width of a usual terminal. */
export const help = `Sets up merchants. Settings and secrets come from the environment, as the
service's do.

  npm run merchants -- <command> [merchant] [options]

  add <slug>        asks what a merchant's entry needs and writes it into the
                    merchants file; secrets stay in environment variables
    --account <a>         MasonHub's account; the slug unless given
    --prefix <P>          what the variables' names begin with, such as ACME
    --refunds             sends refund messages; without it none are sent
    --destinations <ids>  the Loop destinations that go to MasonHub: 1042,1043
    --loop-url <url>      another address of Loop's API
    --masonhub-url <url>  another address of MasonHub's API: its sandbox
    --yes                 asks nothing

  register <slug>   makes Loop and MasonHub send their messages to PUBLIC_URL;
                    shows what it will do, and asks first
    --yes                 does not ask
    --new-token           registers the callback again, for a token that has
                          changed

  check [slug]      looks at the file, the environment and both vendors, and
                    changes nothing; exit status 1 if anything is wrong

  reasons <slug>    the return reasons in use, and the code each goes out with
    --csv                 as a list to fill in; returnReasons takes its name
    --days <n>            how far back, up to 119; 30 unless given
`;
