/** Commands that git has itself, or by what is often installed beside it: any other one can be a name for one of them. */
export const GIT_COMMANDS: ReadonlySet<string> = new Set(
  `
  add am annotate apply archive bisect blame branch bugreport bundle cat-file check-attr check-ignore
  check-mailmap check-ref-format checkout checkout-index cherry cherry-pick citool clean clone column commit
  commit-graph commit-tree config count-objects credential credential-cache credential-store daemon describe
  diagnose diff diff-files diff-index diff-tree difftool fast-export fast-import fetch fetch-pack filter-branch
  filter-repo fmt-merge-msg for-each-ref for-each-repo format-patch fsck fsck-objects gc get-tar-commit-id grep
  gui hash-object help hook http-fetch http-push index-pack init init-db instaweb interpret-trailers lfs log
  ls-files ls-remote ls-tree mailinfo mailsplit maintenance merge merge-base merge-file merge-index merge-tree
  mergetool mktag mktree multi-pack-index mv name-rev notes pack-objects pack-redundant pack-refs patch-id prune
  prune-packed pull push quiltimport range-diff read-tree rebase receive-pack reflog refs remote repack replace
  replay request-pull rerere reset restore rev-list rev-parse revert rm send-email send-pack shell shortlog show
  show-branch show-index show-ref sparse-checkout stage stash status stripspace submodule subtree svn switch
  symbolic-ref tag unpack-file unpack-objects update-index update-ref update-server-info upload-archive
  upload-pack var verify-commit verify-pack verify-tag version whatchanged worktree write-tree --version --help
`
    .trim()
    .split(/\s+/),
);
