// What is said with what a message shows: code, tables, outputs, files, objects, questions, jobs.

import { number } from "../language.js";

export const content = {
  sharedCell: "Shared cell",
  insert: "Insert",
  allOutputs: (count: number) => `Show all ${count} outputs`,

  deleted: "This message was deleted.",
  done: "done",
  toDo: "to do",
  table: "Table",
  copyCode: "Copy this code",
  copyTable: "Copy this table",
  insertAbove: "Insert above the active cell",
  insertBelow: "Insert below the active cell",
  replaceCell: "Replace the active cell",
  inserted: "Inserted",
  codeIn: (language: string) => (language ? `Code, ${language}` : "Code"),
  showLines: (count: number) => `Show all ${number(count)} lines`,
  showMoreLines: (count: number) => `Show ${number(count)} more lines`,
  showLess: "Show less",
  moreRows: (count: number) => (count === 1 ? "and 1 more row" : `and ${number(count)} more rows`),
  moreColumns: (count: number) =>
    count === 1 ? "and 1 more column" : `and ${number(count)} more columns`,
  output: "Output",
  frame: "HTML of a notebook, without its scripts",
  taller: "Taller",
  lower: "Lower",
  notShown: (type: string) => `An output of type ${type} is not shown here.`,
  picture: (name: string) => `Picture ${name}`,

  files: "Files",
  showTable: "Show as a table",
  hideTable: "Hide the table",
  fetchingFile: "Fetching the file…",
  noFile: "The file cannot be fetched at the moment.",
  keepFile: (name: string) => `Download ${name}`,

  object: {
    label: "What a program sent",
    smaller: (was: string) => `Shown smaller than it is: ${was} pixels.`,
  },

  question: {
    answered: (name: string, choice: string) => `${name} answered: ${choice}`,
    closed: {
      deadline: "Closed: the time is over.",
      withdrawn: "Closed by whoever asked.",
      kernel: "Closed: the kernel that asked is gone.",
    },
    notTaken: "Your answer was not taken.",
    notClosed: "The question was not closed.",
  },
  help: {
    notDone: "The request for help stands as it did.",
    waiting: (asker: string) => `The request of ${asker} waits again.`,
    claimed: (asker: string, by: string) => `${by} helps ${asker}.`,
    resolved: (asker: string, by: string) => `${by} resolved the request of ${asker}.`,
  },
  job: {
    running: "running",
    done: "done",
    failed: "failed",
    lost: "lost: its kernel is gone",
  },
};
