CREATE TABLE "contest_judges" (
	"contest" text NOT NULL,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"person_name" text NOT NULL,
	CONSTRAINT "contest_judges_contest_platform_person_id_pk" PRIMARY KEY("contest","platform","person_id")
);
--> statement-breakpoint
ALTER TABLE "contest_judges" ADD CONSTRAINT "contest_judges_contest_contests_id_fk" FOREIGN KEY ("contest") REFERENCES "public"."contests"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contest_judges_person" ON "contest_judges" USING btree ("platform","person_id");